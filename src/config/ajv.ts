/** ajv behind a static import, which finds a CommonJS name in a bundle too; this file itself is imported lazily. */

export { Ajv2020 } from 'ajv/dist/2020.js';
