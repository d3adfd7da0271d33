/** The MySQL connector on MySQL 8. */

import { servers } from '../support/servers.js';
import { mysqlConforms } from './mysql-family.js';

await mysqlConforms('mysql', servers.mysql);
