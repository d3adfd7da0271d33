/**
 * The one script of a page: sorts and searches its tables and shows a window of their rows. It is made of no data; values
 * reach it as text, and it makes elements of them by textContent alone.
 *
 * Numbers are compared exactly, whatever their length; NULL is last either way; a third click gives back the order of the
 * answer. On paper stand as many rows as anybody would turn over.
 */

export const tableScript = `'use strict';
(() => {
  const windowRows = 200, paperRows = 5000;
  const number = (n) => n.toLocaleString('en');
  const collator = new Intl.Collator('en', { numeric: true });
  const decimal = /^(-?)(\\d+)(?:\\.(\\d+))?$/;

  // Equal as doubles, but perhaps not as what they are.
  function exact(a, b) {
    const x = decimal.exec(a), y = decimal.exec(b);
    if (!x || !y) return 0;
    const places = Math.max((x[3] || '').length, (y[3] || '').length);
    const whole = (m) => BigInt(m[1] + m[2] + (m[3] || '').padEnd(places, '0'));
    const p = whole(x), q = whole(y);
    return p < q ? -1 : p > q ? 1 : 0;
  }
  function time(text) {
    const at = Date.parse(text.replace(' ', 'T').replace(/([+-]\\d\\d)$/, '$1:00').replace(/(:\\d\\d\\.\\d{3})\\d+/, '$1').replace(/^(\\d{4}-\\d\\d-\\d\\d)$/, '$1T00:00'));
    return Number.isNaN(at) ? null : at;
  }
  function comparison(rows, column, kind) {
    const texts = rows.map((row) => row[column]);
    if (kind === 'number' || kind === 'time') {
      // NaN is more than any number, as in SQL.
      const keys = texts.map((text) => { if (text === null) return null; if (kind === 'time') return time(text); const n = Number(text); return Number.isNaN(n) ? (text === 'NaN' ? Infinity : null) : n; });
      if (keys.every((key, i) => key !== null || texts[i] === null)) {
        return { texts, compare: (i, j) => keys[i] < keys[j] ? -1 : keys[i] > keys[j] ? 1 : texts[i] === texts[j] ? 0 : kind === 'time' ? (texts[i] < texts[j] ? -1 : 1) : texts[i] === 'NaN' ? 1 : texts[j] === 'NaN' ? -1 : exact(texts[i], texts[j]) };
      }
    }
    return { texts, compare: (i, j) => collator.compare(texts[i], texts[j]) };
  }

  function enhance(table) {
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0], scroll = table.parentElement;
    const numeric = heads.map((head) => head.dataset.kind === 'number');
    const rows = [...body.rows].map((row) => [...row.cells].map((cell) => cell.className === 'null' ? null : cell.textContent));
    for (const data of document.querySelectorAll('script.rows[data-table="' + table.id + '"]')) {
      for (const row of JSON.parse(data.textContent)) rows.push(row);
      data.remove();
    }
    if (rows.length < 2) return;
    let view = rows.map((_, i) => i), sorted = view, first = 0, by = -1, down = false, wanted = [], hay;

    const bar = document.createElement('div'), search = document.createElement('input'), status = document.createElement('span');
    bar.className = 'control';
    search.type = 'search';
    search.placeholder = 'Search ' + number(rows.length) + ' rows';
    search.setAttribute('aria-label', 'Search this table');
    status.setAttribute('role', 'status');
    const turn = (label, title, to) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.title = title;
      button.setAttribute('aria-label', title);
      button.onclick = () => { first = Math.max(0, Math.min(to(), Math.floor((view.length - 1) / windowRows) * windowRows)); show(); };
      return button;
    };
    const turns = [turn('|<', 'first rows', () => 0), turn('<', 'rows before', () => first - windowRows), turn('>', 'next rows', () => first + windowRows), turn('>|', 'last rows', () => view.length)];
    if (rows.length > 10) {
      bar.append(search, ' ', ...(rows.length > windowRows ? turns : []), ' ', status);
      scroll.before(bar);
    }

    function show(from = first, most = windowRows) {
      const shown = view.slice(from, from + most);
      body.replaceChildren(...shown.map((i) => {
        const line = document.createElement('tr');
        for (const [column, text] of rows[i].entries()) {
          const cell = document.createElement('td');
          cell.textContent = text === null ? 'NULL' : text;
          if (text === null) cell.className = 'null';
          else if (numeric[column]) cell.className = 'n';
          else if (text === 'breaking' || text === 'risky') cell.className = text;
          line.append(cell);
        }
        return line;
      }));
      const all = view.length === rows.length ? '' : ' found among ' + number(rows.length);
      status.textContent = view.length === 0 ? 'nothing' + all : 'rows ' + number(from + 1) + ' to ' + number(from + shown.length) + ' of ' + number(view.length) + all;
    }
    function filter() {
      if (wanted.length > 0) hay = hay || rows.map((row) => row.map((text) => text === null ? 'NULL' : text).join('\\u0001').toLowerCase());
      view = wanted.length === 0 ? sorted : sorted.filter((i) => wanted.every((word) => hay[i].includes(word)));
      first = 0;
      show();
    }
    function sort(column) {
      if (by !== column) { by = column; down = false; } else if (!down) down = true; else by = -1;
      const order = rows.map((_, i) => i);
      if (by >= 0) {
        const { texts, compare } = comparison(rows, by, heads[by].dataset.kind);
        order.sort((i, j) => texts[i] === null || texts[j] === null ? (texts[i] === null) - (texts[j] === null) : down ? compare(j, i) : compare(i, j));
      }
      sorted = order;
      heads.forEach((head, i) => { if (i === by) head.setAttribute('aria-sort', down ? 'descending' : 'ascending'); else head.removeAttribute('aria-sort'); });
      filter();
    }
    heads.forEach((head, i) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort';
      button.textContent = head.textContent;
      button.title = 'sort';
      button.onclick = () => sort(i);
      head.replaceChildren(button);
    });
    let pause;
    search.oninput = () => {
      clearTimeout(pause);
      pause = setTimeout(() => { wanted = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== ''); filter(); }, 120);
    };
    const paper = document.createElement('p');
    paper.className = 'paper';
    scroll.after(paper);
    addEventListener('beforeprint', () => {
      show(0, paperRows);
      paper.textContent = view.length > paperRows ? 'Of ' + number(view.length) + ' rows, the first ' + number(paperRows) + ' are printed.' : '';
    });
    addEventListener('afterprint', () => show());
    show();
  }
  for (const table of document.querySelectorAll('.scroll > table')) enhance(table);
})();`;
