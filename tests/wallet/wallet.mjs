// An Ethereum wallet as it is used by a page: ethers signs text or typed data. JSON in, JSON out.
//
//   {"secret": "0x…", "text": "…"}                                    → personal_sign (EIP-191)
//   {"secret": "0x…", "domain": {…}, "types": {…}, "value": {…}}      → typed data (EIP-712)
//   → {"address": "0x…", "digest": "0x…", "signature": "0x…"}
//
// Without a secret there is only the digest. A list of these gives a list.
import { readFileSync } from "node:fs";
import { TypedDataEncoder, Wallet, hashMessage } from "ethers";

async function signed({ secret, text, domain, types, value }) {
  const result = {
    digest: text === undefined ? TypedDataEncoder.hash(domain, types, value) : hashMessage(text),
  };
  if (secret !== undefined) {
    const wallet = new Wallet(secret);
    result.address = wallet.address;
    result.signature =
      text === undefined ? await wallet.signTypedData(domain, types, value) : await wallet.signMessage(text);
  }
  return result;
}

const input = JSON.parse(readFileSync(0, "utf8"));
const output = Array.isArray(input) ? await Promise.all(input.map(signed)) : await signed(input);
console.log(JSON.stringify(output));
