/*
 * circuit.mjs - a circuit, its set-up and proofs, for the tests of the groth16 guard.
 *
 *   node circuit.mjs setup CIRCUIT FOLDER      compile CIRCUIT.circom of the present folder, and make
 *                                              FOLDER/proving.zkey and FOLDER/verification_key.json
 *   node circuit.mjs hash SECRET...            Hash of each (hash.circom), a line each
 *   node circuit.mjs prove FOLDER              {proof, public} for each line of JSON: the circuit's
 *                                              inputs
 *
 * The randomness of the set-up is a public constant, so that it always comes out the same: who has
 * read this file can prove anything. Run where circom2 and snarkjs are installed.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const ROUNDS = 110;
const POWER = 9;

const require = createRequire(join(process.cwd(), "package.json"));
const load = async (name) => import(pathToFileURL(require.resolve(name)));

function hash(secret) {
  let state = secret % ORDER;
  let constant = 0n;
  for (let i = 0; i < ROUNDS; i++) {
    state = (state + constant) ** 5n % ORDER;
    constant = (constant ** 3n + 0x737765726en + BigInt(i)) % ORDER;
  }
  return (state + secret) % ORDER;
}

function compile(circuit, folder) {
  const done = spawnSync("node_modules/.bin/circom2",
    [`${circuit}.circom`, "--r1cs", "--wasm", "-o", folder], { encoding: "utf8" });
  if (done.status !== 0) {
    throw new Error(done.stdout + done.stderr);
  }
}

async function setup(circuit, folder) {
  const { powersOfTau, zKey } = await load("snarkjs");
  const { getCurveFromName } = await load("ffjavascript");
  const file = (name) => join(folder, name);
  const beacon = (n) => n.toString(16).padStart(64, "0");

  compile(circuit, folder);
  await powersOfTau.newAccumulator(await getCurveFromName("bn128"), POWER, file("new.ptau"));
  await powersOfTau.beacon(file("new.ptau"), file("one.ptau"), "test", beacon(1), 10);
  await powersOfTau.preparePhase2(file("one.ptau"), file("ready.ptau"));
  await zKey.newZKey(file(`${circuit}.r1cs`), file("ready.ptau"), file("unfinished.zkey"));
  await zKey.beacon(file("unfinished.zkey"), file("proving.zkey"), "test", beacon(2), 10);
  for (const name of ["proving", "unfinished"]) {
    const key = await zKey.exportVerificationKey(file(`${name}.zkey`));
    writeFileSync(file(name === "proving" ? "verification_key.json" : "unfinished_key.json"),
      JSON.stringify(key));
  }
}

async function prove(folder, circuit = "member") {
  const { groth16 } = await load("snarkjs");
  const wasm = join(folder, `${circuit}_js`, `${circuit}.wasm`);

  for await (const line of createInterface({ input: process.stdin })) {
    const { proof, publicSignals } =
      await groth16.fullProve(JSON.parse(line), wasm, join(folder, "proving.zkey"));
    process.stdout.write(JSON.stringify({ proof, public: publicSignals }) + "\n");
  }
}

const [command, ...rest] = process.argv.slice(2);
if (command === "setup") {
  await setup(...rest);
} else if (command === "hash") {
  process.stdout.write(rest.map((secret) => hash(BigInt(secret)) + "\n").join(""));
} else if (command === "prove") {
  await prove(...rest);
} else {
  throw new Error(`no command ${command}`);
}
process.exit(0); // snarkjs leaves threads behind
