/** The MySQL connector on MariaDB. */

import { servers } from '../support/servers.js';
import { mysqlConforms } from './mysql-family.js';

await mysqlConforms('mariadb', servers.mariadb);
