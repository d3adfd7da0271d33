/** The rounds of one trace: what is asked of whom, what came back, and what that leads to. */

import type { MissingSource, TraceAnswer, TraceGrowth, TraceVerdict, TraceWindow } from '../answer/contract.js';
import { tableName } from '../algebra/index.js';
import { AishellError } from '../errors.js';
import type { TraceContext, TraceOptions } from './contract.js';
import { domainsOf, pathOf } from './domains.js';
import type { Domain, Domains } from './domains.js';
import { compositeLookUps } from './composite.js';
import { changeLookUps, eventLookUps, lookUpsFor, referencesOf, tiesOf } from './follow.js';
import type { Reference } from './follow.js';
import type { Found } from './found.js';
import { graphOf, isCalled } from './graph.js';
import type { Placed } from './graph.js';
import { Standing } from './standing.js';
import { Steps } from './steps.js';
import { Told } from './told.js';
import { inParallel } from './in-parallel.js';
import { KeyedLogs } from './keyed.js';
import { letterLookUps } from './letters.js';
import { apart, countValues, foundIn, together } from './look-up.js';
import type { LookUp, Wanted } from './look-up.js';
import { Looks } from './looks.js';
import { messageIds, originOf, roleOf } from './message.js';
import type { Row } from './message.js';
import { queuesOf } from './queues.js';
import { removedFrom } from './removed.js';
import { isTelemetry } from './span-tree.js';
import { SpanSearch } from './spans.js';
import { ambiguous, otherSpellings, startOf, type Start } from './start.js';
import { lookUpReads, maxRowsPerValue } from './statements.js';
import { talkLookUps } from './talks.js';
import { stepKey, timeOf } from './timeline.js';
import { verdictsOnAbsence, verdictsOnSteps } from './verdicts/index.js';
import { isSpecific, isUnmistakable } from './unmistakable.js';
import { windowOf } from './window.js';

export type Concluded = Omit<TraceAnswer, 'chosen' | 'elapsedMs'>;

/** Rounds of following; real chains of cause and effect are shorter. */
const defaultDepth = 8;
const maxSteps = 1_000;
const reachBackMs = 3_600_000;

export class Trace {
  readonly #looks: Looks;
  readonly #steps: Steps;
  readonly #domains: Domains;
  readonly #start: Start;
  readonly #spans: SpanSearch;
  readonly #keyed: KeyedLogs;
  readonly #depth: number;
  /** Ids that were searched for, and column=value look-ups that were made. */
  readonly #asked = new Set<string>();
  /** What was asked with success: what comes later is held to it. */
  readonly #standing: Standing;
  /** How steps are numbered, once somebody has seen them. */
  readonly #told = new Told();
  /** What the looks of this round have found so far: all that there is of it, should it be stopped. */
  #unkept: Found[] = [];
  /** What came since the stores were last asked. */
  #arrived: Found[] = [];
  #window: TraceWindow | null;
  #stopped: TraceAnswer['stopped'] = null;
  #isExploded = false;
  /** There was more on the logs than was followed. */
  #isShallow = false;

  constructor(
    private readonly id: string,
    private readonly context: TraceContext,
    private readonly options: TraceOptions,
  ) {
    const kinds = new Map(context.catalog.services.map((service) => [service.name, service.kind]));
    this.#steps = new Steps((service) => kinds.get(service) ?? '');
    this.#domains = domainsOf(context.catalog);
    this.#keyed = new KeyedLogs(this.#domains, context);
    this.#standing = new Standing(this.#domains.local);
    this.#start = startOf(id, options.as, this.#domains);
    this.#depth = options.depth ?? defaultDepth;
    this.#looks = new Looks(context, options, this.#domains.tables);
    this.#window = windowOf(id, options, Date.now()).window;
    const log = {
      coverage: (looked: TraceAnswer['coverage'][number]) => void this.#looks.coverage.push(looked),
      missing: (key: string, source: MissingSource) => void this.#looks.missing.set(key, source),
      warning: (text: string) => void this.#looks.warnings.add(text),
    };
    this.#spans = new SpanSearch(context.telemetry ?? [], log, context.signal, options.deep === true);
  }

  async answer(): Promise<Concluded> {
    await this.#untilStopped(() => this.#follow());
    return this.conclude();
  }

  /** What there is now, and what it lacks. */
  async conclude(): Promise<Concluded> {
    await this.#untilStopped(() => Promise.resolve(this.context.signal.throwIfAborted()));
    const { placed, skew } = this.#told.number(graphOf(this.#steps.all()));
    const verdicts = this.#stopped === null || this.#looks.isRepeated ? verdictsOnSteps(placed) : [];
    if (this.#stopped === null) await this.#untilStopped(async () => void verdicts.push(...(await this.#absences(placed))));
    if (placed.length === 0 && !this.#start.isAnywhere) this.#looks.warnings.add('A plain word or a short number is looked for in keys, links and message ids alone, not in all that messages say.');
    const missing = [...this.#looks.missing.values()];
    return {
      kind: 'trace',
      id: this.id,
      as: this.#start.as,
      found: placed.length > 0 || this.#isExploded,
      window: this.#window,
      steps: placed.map(({ step }) => step).sort((a, b) => a.n - b.n),
      verdicts: this.#told.verdicts(verdicts),
      skew,
      coverage: [...this.#looks.coverage, ...(await queuesOf(this.context, (service) => this.#looks.missing.has(service) || this.#stopped !== null, (line) => this.#looks.warnings.add(line)))],
      scans: [...this.#looks.scans.values()],
      missing,
      warnings: [...this.#looks.warnings],
      complete: missing.length === 0 && this.#stopped === null,
      stopped: this.#stopped,
    };
  }

  /** What is not there is only judged where all of the logs were searched. */
  #absences(placed: readonly Placed[]): Promise<TraceVerdict[]> {
    const isBounded = this.options.since !== undefined || this.options.until !== undefined || this.options.topics !== undefined;
    const isCut = this.#steps.size >= maxSteps || this.#isShallow;
    const unread = new Set([...this.#looks.missing.keys(), ...this.#looks.partlyRead]);
    const logs = this.#domains.tables.filter((table) => table.kind === 'topic');
    const isWhole = !isBounded && !isCut && !logs.some((log) => unread.has(log.service) || unread.has(tableName(log)));
    if (isBounded && placed.length > 0) this.#looks.warnings.add('Lacking events were not judged: only a part of the logs was searched.');
    const removed = removedFrom(logs, this.#looks.coverage);
    if (removed.size > 0 && placed.length > 0) this.#looks.warnings.add(`What lacks on a compacted log is not called missing: ${[...removed].map(([log, why]) => `${log} (${why})`).join('; ')}.`);
    return verdictsOnAbsence({ placed, domains: this.#domains, context: this.context, isDeep: this.options.deep === true, unread, removed, isWhole, since: this.#window?.since ?? undefined });
  }

  /** What was found before Ctrl-C, or before the time was up, is worth having. */
  async #untilStopped(work: () => Promise<void>): Promise<void> {
    const { signal } = this.context;
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) throw error;
      this.#keepNear(this.#unkept);
      const reason: unknown = signal.reason;
      this.#stopped = reason instanceof AishellError && reason.code === 'budget.time' ? 'budget.time' : 'cancelled';
    }
  }

  async #follow(): Promise<void> {
    const [first, spans] = await this.#wave(this.#firstLookUps(), []);
    let fresh = this.#steps.keep([...first, ...spans], 0);
    const { isGuess } = windowOf(this.id, this.options, Date.now());
    const spellings = otherSpellings(this.id);
    if (fresh.length === 0 && (isGuess || spellings.length > 0)) {
      // The time in an id is its maker's word; only the whole log proves that it is nowhere.
      if (isGuess) {
        this.#window = null;
        this.#asked.clear();
      }
      fresh = this.#steps.keep(await this.#round(this.#firstLookUps(isGuess ? [this.id, ...spellings] : spellings)), 0);
    }
    this.#refuseAmbiguity(first);
    for (let depth = 1; fresh.length > 0 && depth <= this.#depth; depth++) {
      const [found, belonging] = await this.#wave(this.#nextLookUps(fresh), fresh);
      fresh = this.#steps.keep([...found, ...belonging], depth);
      if (this.#steps.size >= maxSteps) {
        this.#looks.warnings.add(`Stopped at ${maxSteps} steps: the ids lead on to more.`);
        return;
      }
    }
    if (this.#nextLookUps(fresh).some((lookUp) => countValues(this.#unasked(lookUp)) > 0)) {
      this.#isShallow = true;
      this.#looks.warnings.add(`Stopped after ${this.#depth} ${this.#depth === 1 ? 'round' : 'rounds'} of following: what was found last leads on (--depth).`);
    }
  }

  /**
   * Messages that came on a log: those that belong to the trace are steps from now on. Asks no store.
   * @returns whether there was any
   */
  take(service: string, topic: string, rows: readonly Row[]): boolean {
    const table = this.#domains.tables.find((log) => log.kind === 'topic' && log.service === service && log.name === topic);
    if (table === undefined || this.#isFull()) return false;
    const before = this.#steps.size;
    const found = this.#keyed.proven(this.#standing.among(table, rows)).filter((one) => this.#steps.depthOf(one) <= this.#depth);
    this.#arrived.push(...this.#steps.keep(found, (one) => this.#steps.depthOf(one)));
    return this.#steps.size > before;
  }

  /** A log that could be read at first. */
  lose(source: MissingSource): void {
    this.#looks.missing.set(`${source.service}: ${source.reason}`, source);
  }

  /** Whether something came that leads on. */
  get hasArrived(): boolean {
    return this.#arrived.length > 0;
  }

  /** Follows what came, and asks the tables again that were asked before. Logs are read anew for new ids alone. */
  async again(): Promise<void> {
    this.#looks.isRepeated = true;
    await this.context.renew?.();
    const arrived = this.#arrived;
    this.#arrived = [];
    this.#looks.forgive();
    const rows = await inParallel(this.#standing.ofTables(), async (lookUp) => {
      const reads = lookUpReads(lookUp, null);
      const found = reads.length === 0 ? [] : await this.#looks.look(lookUp, reads);
      return found === 'too many' ? [] : foundIn(lookUp, found);
    });
    let fresh = [...arrived, ...this.#keepNear([...rows.flat(), ...(await this.#spansAgain())])];
    while (fresh.length > 0 && !this.#isFull()) {
      const [found, belonging] = await this.#wave(this.#nextLookUps(fresh), fresh);
      fresh = this.#keepNear([...found, ...belonging]);
    }
  }

  /** What was not told yet, each step with the number that it keeps. */
  growth(): TraceGrowth[] {
    const { placed } = this.#told.number(graphOf(this.#steps.all()));
    return this.#told.growth(placed, this.#steps.takeChanges(), verdictsOnSteps(placed));
  }

  #keepNear(found: readonly Found[]): Found[] {
    const depthOf = (one: Found) => this.#steps.depthOf(one);
    return this.#steps.keep(found.filter((one) => depthOf(one) <= this.#depth), depthOf);
  }

  #isFull(): boolean {
    if (this.#steps.size >= maxSteps) this.#looks.warnings.add(`Stopped at ${maxSteps} steps: the ids lead on to more.`);
    return this.#steps.size >= maxSteps;
  }

  /** What led to a message that comes now lies no further back than the trace itself, and some of what clocks differ by. */
  #sinceItBegan(): TraceWindow {
    const since = Math.min(Date.now(), ...this.#times()) - reachBackMs;
    return { since: this.#window?.since ?? new Date(since).toISOString(), until: null, because: 'followed' };
  }

  #times(): number[] {
    return this.#steps.all().flatMap(({ table, row }) => Date.parse(timeOf(table, row) ?? '')).filter((time) => !Number.isNaN(time));
  }

  #firstLookUps(ids: readonly string[] = [this.id]): LookUp[] {
    const wanted = ids.map((value): Wanted => ({ value, from: null }));
    const { isAnywhere, columns } = this.#start;
    const anywhere = isAnywhere ? this.#searches(wanted) : [];
    const changes = columns.flatMap(({ table, column, domain }) => (domain?.table === table && domain.column === column ? ids.flatMap((id) => [...changeLookUps(domain, id, null, this.#domains), ...eventLookUps(domain, id, null, this.#domains)]) : []));
    return [...anywhere, ...changes, ...columns.map(({ table, column, certainty }): LookUp => ({ table, ids: [], positions: [], columns: [{ column, values: wanted, certainty, role: 'part' }] }))];
  }

  #nextLookUps(fresh: readonly Found[]): LookUp[] {
    const lookUps: LookUp[] = [];
    // Who asks first is what the find hangs below: messages in their order before rows.
    const when = ({ table, row }: Found) => `${table.kind === 'topic' ? 0 : 1} ${timeOf(table, row) ?? '9'}`;
    for (const found of [...fresh].sort((a, b) => (when(a) < when(b) ? -1 : when(a) > when(b) ? 1 : 0))) {
      const from = stepKey(found.table, found.row);
      if (found.role === 'part') lookUps.push(...this.#searches(tiesOf(found.table, found.row, this.#domains).filter(({ value }) => isSpecific(value)).map(({ value }) => ({ value, from }))), ...talkLookUps(found, from, this.#domains));
      for (const reference of referencesOf(found, this.#domains)) lookUps.push(...lookUpsFor(reference, from, this.#domains, reference.value === this.id), ...this.#byValue(reference, from));
      lookUps.push(...compositeLookUps(found, from, this.#domains), ...this.#original(found, from), ...letterLookUps(found, from, this.#domains));
    }
    return lookUps;
  }

  /** Messages that hold the key of what this is about where nothing says that they do. */
  #byValue({ domain, value, isSubject }: Reference, from: string): LookUp[] {
    if (!isSubject || (this.#domains.isThing(domain.table) && value !== this.id)) return [];
    if (!isUnmistakable(value)) return this.#keyed.lookUps(domain, value, from);
    return this.#domains.tables.filter(({ kind }) => kind === 'topic').map((table): LookUp => ({ table, ids: [{ value, from }], columns: [], positions: [] }));
  }

  /** Every log, and the columns of other tables that are named for message ids. */
  #searches(ids: readonly Wanted[]): LookUp[] {
    if (ids.length === 0) return [];
    return this.#domains.tables.map((table): LookUp => {
      if (table.kind === 'topic') return { table, ids, columns: [], positions: [] };
      const columns = table.columns.filter((column) => roleOf(column.name) !== undefined);
      return { table, ids: [], positions: [], columns: columns.map((column) => ({ column, values: ids, certainty: 'declared', role: 'part' })) };
    });
  }

  /** The message that a dead letter was made of, by its place. */
  #original({ table, row }: Found, from: string): LookUp[] {
    const origin = table.kind === 'topic' ? originOf(row) : undefined;
    if (origin?.partition === undefined || origin.offset === undefined) return [];
    const { partition, offset } = origin;
    const log = this.#domains.tables.find((other) => other.kind === 'topic' && other.service === table.service && isCalled(other, origin.topic));
    if (log === undefined) return [];
    return [{ table: log, ids: [], columns: [], positions: [{ partition, offset, from, because: `the dead letter names ${origin.topic} partition ${partition} offset ${offset}` }] }];
  }

  /** Spans and log lines of the traces that these name; of none: of the trace that was asked for. */
  async #spansOf(fresh: readonly Found[]): Promise<Found[]> {
    const { as } = this.options;
    const isMeant = as === undefined || roleOf(as) === 'traceId';
    const named = fresh.filter(({ role }) => role === 'part').flatMap(({ table, row }) => messageIds(row).filter(({ role }) => role === 'traceId').map(({ value }): Wanted => ({ value, from: stepKey(table, row) })));
    const wanted = fresh.length > 0 ? named : isMeant ? [{ value: this.id, from: null }] : [];
    const told = [this.#window?.since, this.#window?.until].map((time) => (typeof time === 'string' ? Date.parse(time) : undefined));
    const times = this.#times();
    const isTold = told.some((time) => time !== undefined) || times.length === 0;
    const [since, until] = isTold ? told : [Math.min(...times), Math.max(...times)];
    const found = await this.#spans.find(wanted, { since, until, isTold });
    this.#unkept.push(...found);
    return found;
  }

  /** Spans of the known traces that were recorded since; a service sends them some time after they ended. */
  #spansAgain(): Promise<Found[]> {
    const traces = this.#steps.all().filter(({ role, table }) => role === 'part' && !isTelemetry({ table })).flatMap(({ key, row }) => messageIds(row).filter(({ role }) => role === 'traceId').map(({ value }): Wanted => ({ value, from: key })));
    return this.#spans.findAgain([...traces, { value: this.id, from: null }]);
  }

  /** Both are waited for whatever becomes of one: what either found until it was stopped is kept. */
  async #wave(lookUps: readonly LookUp[], fresh: readonly Found[]): Promise<[Found[], Found[]]> {
    const [found, spans] = await Promise.allSettled([this.#round(lookUps), this.#spansOf(fresh)]);
    if (found.status === 'rejected') throw found.reason;
    if (spans.status === 'rejected') throw spans.reason;
    return [found.value, spans.value];
  }

  async #round(lookUps: readonly LookUp[]): Promise<Found[]> {
    const fresh = together(lookUps.map((lookUp) => this.#unasked(lookUp))).map((lookUp) => this.#looks.affordable(lookUp));
    this.#unkept = [];
    const found = (await inParallel(fresh, (lookUp) => this.#ask(lookUp))).flat();
    this.context.signal.throwIfAborted();
    return found;
  }

  /** Without what was asked before. */
  #unasked(lookUp: LookUp): LookUp {
    const take = (key: string) => {
      if (this.#asked.has(key)) return false;
      this.#asked.add(key);
      return true;
    };
    const { table } = lookUp;
    return {
      ...lookUp,
      ids: lookUp.ids.filter(({ value }) => take(`${tableName(table)}: ${value}`)),
      positions: lookUp.positions.filter(({ partition, offset }) => take(`${tableName(table)}@${partition}/${offset}`)),
      columns: lookUp.columns
        .map((part) => ({ ...part, values: part.values.filter(({ value }) => take(`${pathOf(table, part.column)}${part.subjectOf === undefined ? '' : ` subject ${part.subjectOf}`}${part.texts === undefined ? '' : ` ${part.texts.because}`}${part.unproven === undefined ? '' : ` of ${part.unproven.path}`}${part.member === undefined ? '' : `.${part.member.name} of ${part.member.of}`}=${value}${(part.also ?? []).map((other) => ` ${other.name}=${other.value}`).join('')} ${part.role}`)) }))
        .filter(({ values }) => values.length > 0),
    };
  }

  async #ask(lookUp: LookUp): Promise<Found[]> {
    const reads = lookUpReads(lookUp, this.#looks.isRepeated ? this.#sinceItBegan() : this.#window);
    if (reads.length === 0) return [];
    const rows = await this.#looks.look(lookUp, reads);
    if (rows !== 'too many') {
      this.#standing.add(lookUp);
      const found = await this.#keyed.proved(foundIn(lookUp, rows));
      this.#unkept.push(...found);
      return found;
    }
    const parts = apart(lookUp);
    if (parts.length > 1) return (await inParallel(parts, (part) => this.#ask(part))).flat();
    // What was only tried is nothing that leads on.
    if (lookUp.columns.some(({ unproven, texts }) => unproven !== undefined || texts !== undefined)) return [];
    const values = [...lookUp.ids, ...lookUp.columns.flatMap((part) => part.values)].map(({ value }) => value);
    if (values.includes(this.id)) this.#isExploded = true;
    if (lookUp.table.kind === 'topic') this.#isShallow = true;
    this.#looks.warnings.add(`${tableName(lookUp.table)} holds more than ${maxRowsPerValue} rows under ${values.join(', ')}: not followed.`);
    return [];
  }

  /** A bare number is a key of many tables; which of them was meant, only the person knows. */
  #refuseAmbiguity(first: readonly Found[]): void {
    if (this.#start.isAnywhere || this.options.as !== undefined) return;
    const meant = new Map<string, Domain>();
    for (const { table, row } of first) {
      const changed = this.#domains.changes.tableOf(table, row)?.table;
      for (const start of this.#start.columns) {
        if (changed !== undefined && start.domain?.table === changed && start.table === changed) meant.set(start.domain.path, start.domain);
        const value = row[start.column.name];
        if (start.table === table && start.domain !== undefined && String(value) === this.id) meant.set(start.domain.path, start.domain);
      }
    }
    if (meant.size > 1) throw ambiguous(this.id, [...meant.values()]);
  }
}
