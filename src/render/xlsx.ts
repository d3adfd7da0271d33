/**
 * XLSX (ECMA-376, SpreadsheetML), written as rows come, so that memory does not grow with them. What a spreadsheet would
 * change stays text: numbers of more than 15 digits, times with a zone or below a millisecond. A text is never a formula.
 * What the format cannot hold is an error and no shorter file: 1,048,576 rows, 16,384 columns, 32,767 characters a cell.
 */

import type { Zip, ZipDeflate } from 'fflate';
import type { Answer, AnswerColumn, Cell } from '../answer/contract.js';
import { AishellError } from '../errors.js';
import { plainJson } from './json.js';
import { distinctNames, recordsOf } from './records.js';
import { redacted } from './redacted.js';
import type { AnswerWriter, WriterFactory } from './writer.js';

const mostRows = 1_048_576;
const mostColumns = 16_384;
const mostCharacters = 32_767;
/** A ZIP without extensions, which is what spreadsheets read, holds no larger member. */
const mostBytes = 0xffff_ffff;
const flushAt = 65_536;

const styles = { plain: 0, head: 1, date: 2, time: 3 } as const;

export const xlsx: WriterFactory = ({ bytes }) => {
  const workbook = new Workbook(bytes ?? (() => Promise.reject(new Error('XLSX goes to a file'))));
  return {
    columns: (columns) => workbook.columns(columns),
    rows: (batch) => workbook.rows(batch),
    finish: (answer) => workbook.finish(answer),
    abandon: () => workbook.abandon(),
  };
};

class Workbook implements AnswerWriter {
  #zip: Zip | undefined;
  #deflate: typeof ZipDeflate | undefined;
  /** What the compressor gave and nobody wrote yet. */
  #ready: Uint8Array[] = [];
  #columns: readonly AnswerColumn[] | undefined;
  #sheet: Sheet | undefined;
  readonly #names: string[] = [];

  constructor(private readonly write: (bytes: Uint8Array) => Promise<void>) {}

  columns(columns: readonly AnswerColumn[]): Promise<void> {
    this.#columns = columns;
    return Promise.resolve();
  }

  async rows(batch: readonly (readonly Cell[])[]): Promise<void> {
    this.#sheet ??= await this.#open('rows', distinctNames(this.#columns ?? []), this.#columns ?? []);
    for (const row of batch) {
      this.#sheet.row(row);
      if (this.#ready.length > 0) await this.#flush();
    }
  }

  async finish(answer: Answer): Promise<void> {
    if (answer.kind === 'query') {
      this.#columns ??= answer.columns;
      await this.rows(answer.rows);
      this.#sheet!.end();
    } else if (answer.kind === 'report') {
      for (const { title, columns, rows } of answer.sections) await this.#whole(title, distinctNames(columns), columns, rows);
    } else {
      const records = recordsOf(answer);
      const names = Object.keys(records[0] ?? { nothing: null });
      await this.#whole(answer.kind, names, names.map((name) => ({ name, type: 'JSON' })), records.map((record) => names.map((name) => record[name] as Cell)));
    }
    const { rows: _, ...about } = redacted(answer) as unknown as Record<string, unknown>;
    const facts = Object.entries(about).filter(([, value]) => typeof value !== 'object' || value === null || JSON.stringify(value).length < mostCharacters);
    await this.#whole('about', ['what', 'value'], [{ name: 'what', type: 'VARCHAR' }, { name: 'value', type: 'JSON' }], facts.map(([name, value]) => [name, value as Cell]));
    for (const [path, text] of parts(this.#names)) await this.#part(path, text);
    this.#zip!.end();
    await this.#flush();
  }

  abandon(): Promise<void> {
    this.#zip?.terminate();
    return Promise.resolve();
  }

  async #whole(title: string, names: readonly string[], columns: readonly AnswerColumn[], rows: Iterable<readonly Cell[]>): Promise<void> {
    const sheet = await this.#open(title, names, columns);
    for (const row of rows) sheet.row(row);
    sheet.end();
    await this.#flush();
  }

  async #open(title: string, names: readonly string[], columns: readonly AnswerColumn[]): Promise<Sheet> {
    if (names.length > mostColumns) throw tooMuch(`${names.length.toLocaleString('en')} columns`, `${mostColumns.toLocaleString('en')} columns`);
    this.#names.push(sheetName(title, this.#names));
    const member = await this.#member(`xl/worksheets/sheet${this.#names.length}.xml`);
    return new Sheet(member, names, columns);
  }

  async #part(path: string, text: string): Promise<void> {
    (await this.#member(path)).push(Buffer.from(text), true);
    await this.#flush();
  }

  async #member(path: string): Promise<ZipDeflate> {
    if (this.#zip === undefined) {
      const { Zip, ZipDeflate } = await import('fflate');
      this.#deflate = ZipDeflate;
      this.#zip = new Zip((error, chunk) => {
        if (error !== null) throw error;
        this.#ready.push(chunk);
      });
    }
    const member = new this.#deflate!(path, { level: 6 });
    this.#zip.add(member);
    return member;
  }

  async #flush(): Promise<void> {
    for (const chunk of this.#ready.splice(0)) await this.write(chunk);
  }
}

const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const namespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

class Sheet {
  #text: string;
  #rows = 0;
  #bytes = 0;
  readonly #shapes: readonly ((cell: Exclude<Cell, null>) => string | undefined)[];

  constructor(
    private readonly member: ZipDeflate,
    names: readonly string[],
    columns: readonly AnswerColumn[],
  ) {
    this.#shapes = columns.map(({ type }) => shapeOf(type));
    this.#text = `${xmlHead}<worksheet xmlns="${namespace}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
    this.#line(names.map((name) => textCell(name, styles.head)));
  }

  row(cells: readonly Cell[]): void {
    if (this.#rows >= mostRows) throw tooMuch(`more than ${(mostRows - 1).toLocaleString('en')} rows`, `${(mostRows - 1).toLocaleString('en')} rows below its head`);
    this.#line(cells.map((cell, i) => (cell === null ? '' : (this.#shapes[i]?.(cell) ?? anyCell(cell)))));
  }

  end(): void {
    this.#text += '</sheetData></worksheet>';
    this.#push(true);
  }

  #line(cells: readonly string[]): void {
    this.#rows += 1;
    // Cells that are left out would shift the others: each says where it stands.
    this.#text += `<row r="${this.#rows}">${cells.map((cell, i) => (cell === '' ? '' : `<c r="${columnName(i)}${this.#rows}"${cell}</c>`)).join('')}</row>`;
    if (this.#text.length >= flushAt) this.#push(false);
  }

  #push(last: boolean): void {
    const bytes = Buffer.from(this.#text);
    this.#bytes += bytes.length;
    if (this.#bytes > mostBytes) throw tooMuch('more than 4 GiB of text', '4 GiB a sheet');
    this.#text = '';
    this.member.push(bytes, last);
  }
}

/** From the end of `<c r="A1"` on. */
const numberCell = (value: string | number, style: number = styles.plain): string => `${style === 0 ? '' : ` s="${style}"`}><v>${value}</v>`;

function textCell(text: string, style: number = styles.plain): string {
  if (text.length > mostCharacters) throw tooMuch(`a text of ${text.length.toLocaleString('en')} characters`, `${mostCharacters.toLocaleString('en')} characters a cell`);
  return ` t="inlineStr"${style === 0 ? '' : ` s="${style}"`}><is><t xml:space="preserve">${escaped(text)}</t></is>`;
}

function anyCell(cell: Exclude<Cell, null>): string {
  if (typeof cell === 'boolean') return ` t="b"><v>${cell ? 1 : 0}</v>`;
  if (typeof cell === 'number') return numberCell(cell);
  return textCell(typeof cell === 'string' ? cell : plainJson(cell));
}

/** How a type's text becomes what a spreadsheet reckons with; undefined where it would not be the same. */
function shapeOf(type: string): (cell: Exclude<Cell, null>) => string | undefined {
  if (/^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|UBIGINT|DECIMAL\(.*\)|DOUBLE|FLOAT)$/.test(type)) {
    return (cell) => (typeof cell === 'string' && /^-?\d+(?:\.\d+)?$/.test(cell) && cell.replace(/^-?0*\.?0*|[-.]/g, '').length <= 15 ? numberCell(cell) : undefined);
  }
  if (type === 'DATE' || /^TIMESTAMP(?:_S|_MS)?$/.test(type)) return (cell) => (typeof cell === 'string' ? serial(cell) : undefined);
  return () => undefined;
}

/** Days since 1899-12-30, from March 1900 on: before that, spreadsheets disagree. */
function serial(text: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3})0*)?)?$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!, Number((match[7] ?? '').padEnd(3, '0')));
  const days = (ms - Date.UTC(1899, 11, 30)) / 86_400_000;
  return days < 61 ? undefined : numberCell(days, match[4] === undefined ? styles.date : styles.time);
}

/** XML 1.0 has no control characters but three; SpreadsheetML writes the others as _x001B_, and such a text itself by its underscore. */
function escaped(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, (one) => `_x${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function columnName(index: number): string {
  let name = '';
  for (let n = index + 1; n > 0; n = Math.floor((n - 1) / 26)) name = String.fromCharCode(65 + ((n - 1) % 26)) + name;
  return name;
}

/** At most 31 characters, some of them forbidden, and no two alike. */
function sheetName(title: string, taken: readonly string[]): string {
  const name = title.replace(/[[\]:*?/\\\p{Cc}]/gu, ' ').replace(/^'+|'+$/g, '').trim().slice(0, 27) || 'sheet';
  const lower = taken.map((each) => each.toLowerCase());
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name : `${name} ${n}`;
    if (!lower.includes(candidate.toLowerCase())) return candidate;
  }
}

function tooMuch(has: string, holds: string): AishellError {
  return new AishellError('usage', `the answer has ${has}; an XLSX file holds ${holds}`, 'Save it as .parquet or .csv, or ask for less.');
}

/** Everything around the sheets. */
function parts(names: readonly string[]): [string, string][] {
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const packages = 'http://schemas.openxmlformats.org/package/2006';
  return [
    ['xl/styles.xml', `${xmlHead}<styleSheet xmlns="${namespace}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>`],
    ['xl/workbook.xml', `${xmlHead}<workbook xmlns="${namespace}" xmlns:r="${relations}"><sheets>${names.map((name, i) => `<sheet name="${escaped(name).replaceAll('"', '&quot;')}" sheetId="${i + 1}" r:id="r${i + 1}"/>`).join('')}</sheets></workbook>`],
    ['xl/_rels/workbook.xml.rels', `${xmlHead}<Relationships xmlns="${packages}/relationships">${names.map((_, i) => `<Relationship Id="r${i + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}<Relationship Id="styles" Type="${relations}/styles" Target="styles.xml"/></Relationships>`],
    ['_rels/.rels', `${xmlHead}<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ['[Content_Types].xml', `${xmlHead}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/>${names.map((_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${type}.worksheet+xml"/>`).join('')}</Types>`],
  ];
}
