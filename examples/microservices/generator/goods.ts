/** The products service: what is sold, how it is sorted, and how much of it there is. */

import { day, hour } from './clock.js';
import type { Clock } from './clock.js';
import { cents } from './random.js';
import type { Random } from './random.js';
import type { TableSpec } from './schema.js';

export interface Category {
  readonly id: number;
  readonly name: string;
  readonly parent_id: number | null;
}

export interface Product {
  readonly id: number;
  readonly sku: string;
  readonly name: string;
  readonly category_id: number;
  readonly price: number;
  readonly currency: string;
  readonly created_at: number;
}

export interface Inventory {
  readonly product_id: number;
  readonly warehouse: string;
  readonly quantity: number;
  readonly reorder_level: number;
  readonly updated_at: number;
}

export interface StockReservation {
  readonly id: number;
  readonly order_id: number;
  readonly product_id: number;
  readonly quantity: number;
  readonly status: 'ACTIVE' | 'CONSUMED' | 'RELEASED';
  readonly created_at: number;
}

export interface Goods {
  readonly categories: readonly Category[];
  readonly products: readonly Product[];
  readonly inventory: readonly Inventory[];
}

export const productTables: {
  readonly categories: TableSpec<Category>;
  readonly products: TableSpec<Product>;
  readonly inventory: TableSpec<Inventory>;
  readonly stock_reservations: TableSpec<StockReservation>;
} = {
  categories: {
    name: 'categories',
    comment: 'Two levels of product categories',
    columns: {
      id: { type: 'integer' },
      name: { type: { varchar: 60 } },
      parent_id: { type: 'integer', nullable: true },
    },
    primaryKey: ['id'],
    references: { parent_id: 'categories.id' },
  },
  products: {
    name: 'products',
    comment: 'Articles for sale',
    columns: {
      id: { type: 'integer' },
      sku: { type: { varchar: 32 } },
      name: { type: { varchar: 120 } },
      category_id: { type: 'integer' },
      price: { type: { decimal: [10, 2] } },
      currency: { type: { varchar: 3 } },
      created_at: { type: 'timestamp', comment: 'UTC by convention; the column knows no zone' },
    },
    primaryKey: ['id'],
    uniques: ['sku'],
    references: { category_id: 'categories.id' },
  },
  inventory: {
    name: 'inventory',
    comment: 'Stock on hand',
    columns: {
      product_id: { type: 'integer' },
      warehouse: { type: { varchar: 40 } },
      quantity: { type: 'integer' },
      reorder_level: { type: 'integer' },
      updated_at: { type: 'timestamp' },
    },
    primaryKey: ['product_id'],
    references: { product_id: 'products.id' },
  },
  stock_reservations: {
    name: 'stock_reservations',
    comment: 'Stock set aside for orders; kept for two days',
    columns: {
      id: { type: 'bigint' },
      order_id: { type: 'bigint', comment: 'An order of the orders service' },
      product_id: { type: 'integer' },
      quantity: { type: 'integer' },
      status: { type: { enum: ['ACTIVE', 'CONSUMED', 'RELEASED'] } },
      created_at: { type: 'timestamp' },
    },
    primaryKey: ['id'],
    references: { product_id: 'products.id' },
    indexes: ['order_id'],
  },
};

const departments: Readonly<Record<string, readonly string[]>> = {
  Kitchen: ['Kettles', 'Pans', 'Knives', 'Mugs'],
  Garden: ['Tools', 'Pots', 'Seeds'],
  Office: ['Chairs', 'Lamps', 'Notebooks'],
  Outdoor: ['Tents', 'Backpacks', 'Bottles'],
};
const adjectives = ['Classic', 'Compact', 'Deluxe', 'Eco', 'Foldable', 'Nordic', 'Pro', 'Rustic', 'Slim', 'Urban'];
const materials = ['Steel', 'Oak', 'Cotton', 'Glass', 'Bamboo', 'Copper', 'Cork', 'Linen'];
const warehouses = ['berlin-1', 'rotterdam-2', 'newark-1'];

export function goods(clock: Clock, random: Random, count: number): Goods {
  const categories: Category[] = [];
  for (const [name, children] of Object.entries(departments)) {
    const parent = categories.length + 1;
    categories.push({ id: parent, name, parent_id: null });
    for (const child of children) categories.push({ id: categories.length + 1, name: child, parent_id: parent });
  }
  const leaves = categories.filter((category) => category.parent_id !== null);
  const products: Product[] = [];
  const inventory: Inventory[] = [];
  for (let id = 1; id <= count; id++) {
    const category = random.pick(leaves);
    products.push({
      id,
      sku: `${category.name.slice(0, 3).toUpperCase()}-${String(id).padStart(4, '0')}`,
      name: `${random.pick(adjectives)} ${random.pick(materials)} ${category.name.replace(/s$/, '')}`,
      category_id: category.id,
      price: cents(random.int(4, 180) + random.pick([0, 0.49, 0.5, 0.95, 0.99])),
      currency: 'EUR',
      created_at: clock.start - random.int(10, 900) * day,
    });
    inventory.push({
      product_id: id,
      warehouse: random.pick(warehouses),
      quantity: random.chance(0.04) ? 0 : random.int(3, 400),
      reorder_level: random.int(5, 40),
      updated_at: clock.end - random.int(1, 47) * hour,
    });
  }
  return { categories, products, inventory };
}
