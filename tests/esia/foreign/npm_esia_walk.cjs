// Run by node beside npm's `esia`: one JSON on the standard input, one JSON line out, for each of the two steps.
const fs = require('fs');
const { createRequire } = require('module');

const asked = JSON.parse(fs.readFileSync(0, 'utf8'));
const esia = createRequire(asked.beside)('esia');
const connection = esia({
  ...asked.settings,
  certificate: fs.readFileSync(asked.certificate, 'utf8'),
  key: fs.readFileSync(asked.key, 'utf8'),
});
const answer = asked.step === 'url' ? connection.getAuth() : connection.getAccess(asked.code, asked.paths);
Promise.resolve(answer).then((value) => console.log(JSON.stringify(value)), (error) => {
  console.error(error.message);
  process.exit(1);
});
