// The queue of clicks on one machine: nothing promised is lost, whatever of it was cut off, and nothing stays for ever.
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openClickFiles } from '../../infra/local/click-files.ts';
import type { ClickQueue } from '../../lib/platform/click-queue.ts';
import { aDataFolder } from '../support/server.ts';

let folder: string;
let queue: ClickQueue;
beforeEach(() => {
  folder = join(aDataFolder(), 'clicks-left');
  queue = openClickFiles(folder);
});

const click = (n: number) => JSON.stringify({ n, userAgent: 'line\nbreak' });
const sendAll = (from: number, to: number) =>
  Promise.all(Array.from({ length: to - from }, (_, i) => queue.send(click(from + i))));
const numberOf = ({ text }: { readonly text: string }): number => JSON.parse(text).n;

/** Takes everything there is, and removes what `stores` says was stored. */
const drain = async (stores: (n: number) => boolean = () => true): Promise<number[]> => {
  const seen: number[] = [];
  for (;;) {
    const received = await queue.receive();
    if (received.length === 0) return seen.sort((a, b) => a - b);
    seen.push(...received.map(numberOf));
    const stored = received.filter((one) => stores(numberOf(one)));
    await queue.remove(stored);
    if (stored.length === 0) return seen.sort((a, b) => a - b);
  }
};

const range = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('clicks in files', () => {
  it('come out as they went in, ten at a time, and leave nothing behind', async () => {
    await sendAll(0, 25);
    const first = await queue.receive();
    expect(first.map(numberOf)).toEqual(range(10));
    expect(first[0]?.text).toBe(click(0));
    await queue.remove(first);
    expect(await drain()).toEqual(range(25).slice(10));
    expect(readdirSync(folder)).toEqual([]);
    expect(await queue.receive()).toEqual([]);
  });

  it('are on the disk once that was said, for their owner alone to read', async () => {
    await sendAll(0, 3);
    const [name = ''] = readdirSync(folder);
    expect(readFileSync(join(folder, name), 'utf8').trim().split('\n')).toEqual(range(3).map(click));
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('are found by the next process, whatever the last one was writing when it was killed', async () => {
    await sendAll(0, 12);
    appendFileSync(join(folder, readdirSync(folder)[0] ?? ''), click(99).slice(0, 9));
    await queue.receive();
    queue = openClickFiles(folder);
    await sendAll(12, 15);
    expect(await drain()).toEqual(range(15));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that could not be stored wait for another time, and hold up nobody', async () => {
    await sendAll(0, 30);
    expect(await drain((n) => n !== 7)).toEqual([...range(30), 7].sort((a, b) => a - b));
    await sendAll(30, 32);
    expect(await drain()).toEqual([7, 30, 31]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('come while others are taken, and are taken by several at once', async () => {
    await sendAll(0, 100);
    const [late, ...drained] = await Promise.all([sendAll(100, 200), drain(), drain(), drain()]);
    expect(late).toHaveLength(100);
    const seen = [...drained.flat(), ...(await drain())];
    expect(seen.sort((a, b) => a - b)).toEqual(range(200));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('go back to wait only when all that was given out has come back', async () => {
    await sendAll(0, 20);
    const [first, second] = [await queue.receive(), await queue.receive()];
    await queue.remove([]);
    expect(await queue.receive()).toEqual([]);
    await queue.remove(second);
    expect((await drain()).sort((a, b) => a - b)).toEqual(first.map(numberOf));
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['the disk is full', (path: string) => symlinkSync('/dev/full', path), 'ENOSPC'],
    ['no file can be made', (path: string) => mkdirSync(path), 'EISDIR'],
  ])('that can not be put back, since %s, are given out again', async (_what, hinder, code) => {
    await sendAll(0, 13);
    const given = [await queue.receive(), await queue.receive()];
    const next = join(folder, '00000002.ndjson');
    hinder(next);
    await queue.remove(given[0]?.slice(0, 8) ?? []);
    await expect(queue.remove([])).rejects.toThrow(code);
    rmSync(next, { recursive: true });
    await sendAll(13, 15);
    expect(await drain()).toEqual(range(15).slice(8));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are given out though more come without a pause', async () => {
    await sendAll(0, 1);
    let [sent, isComing] = [1, true];
    const shoppers = range(8).map(async () => {
      while (isComing) await queue.send(click(sent++));
    });
    const received = await Promise.race([queue.receive(), new Promise<[]>((done) => setTimeout(done, 2_000, []))]);
    isComing = false;
    await Promise.all(shoppers);
    expect(received.map(numberOf)).toContain(0);
    await queue.remove(received);
    expect([...received.map(numberOf), ...(await drain())].sort((a, b) => a - b)).toEqual(range(sent));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('lie in files of ten thousand, which are read one by one', async () => {
    await sendAll(0, 10_000);
    await sendAll(10_000, 10_005);
    expect(readdirSync(folder)).toHaveLength(2);
    expect(await drain()).toEqual(range(10_005));
  });
});
