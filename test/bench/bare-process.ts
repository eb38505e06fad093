// A process that answers every request with a redirect and does nothing else: what node:http itself costs here.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const CLICK_ID = `clk_${'a'.repeat(54)}`;

const server = createServer((_message, response) => {
  response.writeHead(302, {
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer-when-downgrade',
    'x-robots-tag': 'noindex',
    location: `https://shop.example.com/?utm_source=sarahlim&utm_medium=creator&trb_click=${CLICK_ID}`,
    'set-cookie': `trb_v=20261122.${'a'.repeat(22)}; Max-Age=34560000; Path=/; HttpOnly; Secure; SameSite=Lax`,
  });
  response.end();
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
