/** The users service: who there is, where they live, and how they signed in. */

import { businessMoment, day, isoDate, severityAt } from './clock.js';
import type { Clock } from './clock.js';
import type { Random } from './random.js';
import type { TableSpec } from './schema.js';

export interface User {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly status: 'active' | 'suspended' | 'closed';
  readonly created_at: number;
}

export interface Profile {
  readonly user_id: number;
  readonly display_name: string | null;
  readonly birth_date: string | null;
  readonly locale: string;
  readonly marketing_opt_in: boolean;
  readonly preferences: { readonly theme: string; readonly newsletter: boolean };
}

export interface Address {
  readonly id: number;
  readonly user_id: number;
  readonly street: string;
  readonly city: string;
  readonly postal_code: string;
  readonly country: string;
  readonly is_default: boolean;
}

export interface AuthEvent {
  readonly id: number;
  readonly user_id: number;
  readonly event_type: 'login' | 'logout' | 'password_reset';
  readonly success: boolean;
  readonly ip_address: string;
  readonly occurred_at: number;
}

export interface People {
  readonly users: readonly User[];
  readonly profiles: readonly Profile[];
  readonly addresses: readonly Address[];
  readonly auth_events: readonly AuthEvent[];
  /** Addresses that people had before; copies in other services still hold them. */
  readonly formerEmail: ReadonlyMap<number, string>;
}

export const userTables: {
  readonly users: TableSpec<User>;
  readonly profiles: TableSpec<Profile>;
  readonly addresses: TableSpec<Address>;
  readonly auth_events: TableSpec<AuthEvent>;
} = {
  users: {
    name: 'users',
    comment: 'People who can sign in',
    columns: {
      id: { type: 'bigint' },
      email: { type: { varchar: 120 }, comment: 'Current address; other services keep copies' },
      name: { type: 'text' },
      status: { type: { varchar: 16 } },
      created_at: { type: 'timestamptz' },
    },
    primaryKey: ['id'],
    uniques: ['email'],
  },
  profiles: {
    name: 'profiles',
    comment: 'What people tell about themselves',
    columns: {
      user_id: { type: 'bigint' },
      display_name: { type: 'text', nullable: true },
      birth_date: { type: 'date', nullable: true },
      locale: { type: { varchar: 8 } },
      marketing_opt_in: { type: 'boolean' },
      preferences: { type: 'json', nullable: true },
    },
    primaryKey: ['user_id'],
    references: { user_id: 'users.id' },
  },
  addresses: {
    name: 'addresses',
    comment: 'Postal addresses, several a person',
    columns: {
      id: { type: 'bigint' },
      user_id: { type: 'bigint' },
      street: { type: 'text' },
      city: { type: 'text' },
      postal_code: { type: { varchar: 12 } },
      country: { type: { varchar: 2 }, comment: 'ISO 3166-1 alpha-2' },
      is_default: { type: 'boolean' },
    },
    primaryKey: ['id'],
    references: { user_id: 'users.id' },
  },
  auth_events: {
    name: 'auth_events',
    comment: 'Sign-ins and their failures',
    columns: {
      id: { type: 'bigint' },
      user_id: { type: 'bigint' },
      event_type: { type: { varchar: 24 } },
      success: { type: 'boolean' },
      ip_address: { type: { varchar: 45 } },
      occurred_at: { type: 'timestamptz' },
    },
    primaryKey: ['id'],
    references: { user_id: 'users.id' },
  },
};

const firstNames = 'Ada Bruno Chloé Dmitri Elif Farid Grace Hiro Inés Jonas Karima Lars Mei Noor Olga Pablo Quinn Rosa Sven Tala Uma Viktor Wanda Ximena Yusuf Zoë'.split(' ');
const lastNames = 'Abbott Berger Castillo Diallo Eriksson Fontaine Großmann Haddad Ivanova Jensen Kowalski Lindqvist Moreau Nakamura Okafor Petrov Quispe Rossi Schneider Tanaka Ueda Varga Weber Xu Yilmaz Zhang'.split(' ');
const places = [
  ['Berlin', '10115', 'DE'], ['Hamburg', '20095', 'DE'], ['Paris', '75001', 'FR'], ['Lyon', '69001', 'FR'], ['Madrid', '28001', 'ES'],
  ['Wien', '1010', 'AT'], ['Kraków', '30-001', 'PL'], ['Milano', '20121', 'IT'], ['London', 'EC1A 1BB', 'GB'], ['Leeds', 'LS1 1UR', 'GB'],
  ['New York', '10001', 'US'], ['Austin', '73301', 'US'], ['Portland', '97201', 'US'], ['Toronto', 'M5H 2N2', 'CA'],
] as const;
const streets = ['High Street', 'Station Road', 'Mill Lane', 'Park Avenue', 'Church Street', 'Market Square'];
const locales = ['de-DE', 'fr-FR', 'en-GB', 'en-US', 'es-ES', 'pl-PL'];

export function people(clock: Clock, random: Random, count: number, signIns: number): People {
  const users: User[] = [];
  const profiles: Profile[] = [];
  const addresses: Address[] = [];
  const formerEmail = new Map<number, string>();
  for (let id = 1; id <= count; id++) {
    const [first, last] = [random.pick(firstNames), random.pick(lastNames)];
    const mailbox = `${ascii(first)}.${ascii(last)}${id}`;
    if (random.chance(0.06)) formerEmail.set(id, `${mailbox}@old-mail.example`);
    users.push({
      id,
      email: `${mailbox}@example.com`,
      name: `${first} ${last}`,
      status: random.weighted(['active', 'suspended', 'closed'] as const, [94, 4, 2]),
      created_at: clock.start - random.int(1, 730) * day + random.int(0, 86_399) * 1000,
    });
    if (random.chance(0.94)) {
      profiles.push({
        user_id: id,
        display_name: random.chance(0.8) ? `${first} ${last[0]}.` : null,
        birth_date: random.chance(0.7) ? isoDate(Date.UTC(random.int(1950, 2005), random.int(0, 11), random.int(1, 28))) : null,
        locale: random.pick(locales),
        marketing_opt_in: random.chance(0.4),
        preferences: { theme: random.pick(['light', 'dark']), newsletter: random.chance(0.5) },
      });
    }
    for (let n = random.weighted([1, 2, 3], [65, 28, 7]), i = 0; i < n; i++) {
      const [city, postal_code, country] = random.pick(places);
      const street = `${random.int(1, 180)} ${random.pick(streets)}`;
      addresses.push({ id: addresses.length + 1, user_id: id, street, city, postal_code, country, is_default: i === 0 });
    }
  }
  return { users, profiles, addresses, auth_events: authEvents(clock, random, users, signIns), formerEmail };
}

function authEvents(clock: Clock, random: Random, users: readonly User[], count: number): AuthEvent[] {
  const moments = Array.from({ length: count }, () => businessMoment(clock, random)).sort((a, b) => a - b);
  return moments.map((occurred_at, index) => ({
    id: index + 1,
    user_id: random.pick(users).id,
    event_type: random.weighted(['login', 'logout', 'password_reset'] as const, [70, 25, 5]),
    success: !random.chance(0.04 + 0.5 * severityAt(clock, occurred_at)),
    ip_address: `198.51.100.${random.int(1, 254)}`,
    occurred_at,
  }));
}

function ascii(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').replace('ß', 'ss').toLowerCase();
}
