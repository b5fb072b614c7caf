/** How a shop signs who is signed in: HMAC-SHA256 of its own customer number, in hexadecimal, made on its server. */
export const SAMPLES = {
  PHP: `<?php
$secret = getenv('YINGKE_IDENTITY_SECRET');
$hash = hash_hmac('sha256', (string) $customer->id, $secret);`,
  Python: `import hashlib, hmac, os

secret = os.environ["YINGKE_IDENTITY_SECRET"]
hash = hmac.new(secret.encode(), str(customer.id).encode(), hashlib.sha256).hexdigest()`,
  'Node.js': `import { createHmac } from 'node:crypto';

const secret = process.env.YINGKE_IDENTITY_SECRET;
const hash = createHmac('sha256', secret).update(String(customer.id)).digest('hex');`,
};

export const PAGE_SAMPLE = `<script>
  window.yingke = window.yingke || [];
  yingke.push(['identify', {
    external_id: '10086',
    hash: '…',
    name: '李雷',
    email: 'lilei@example.com'
  }]);
</script>`;
