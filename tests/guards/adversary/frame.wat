;; What surrounds each file of this folder that is not a module of its own: all imports, four pages
;; of memory of which the first 1,024 octets are taken, some helpers, and the entries, `;; SETUP` or
;; `;; UPDATE` as the test wants them. The file stands where `;; BODY` is and has a function $attack.
;;
;;   the first octet of the argument is the number of the case, in $case: "0", "1", ...
;;   the argument "good" is an update as it should be
(module
  (import "fdns" "update_record" (func $update_record (param i32 i32)))
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (import "fdns" "update_policy" (func $update_policy (param i32 i32)))
  (import "fdns" "remove_zone" (func $remove_zone))
  (import "fdns" "env_size" (func $env_size (result i32)))
  (import "fdns" "env_copy" (func $env_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "arg_size" (func $arg_size (result i32)))
  (import "fdns" "arg_copy" (func $arg_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "zone_size" (func $zone_size (result i32)))
  (import "fdns" "zone_copy" (func $zone_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "policy_size" (func $policy_size (result i32)))
  (import "fdns" "policy_copy" (func $policy_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "state_size" (func $state_size (result i32)))
  (import "fdns" "state_copy" (func $state_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "state_set" (func $state_set (param i32 i32)))
  (import "fdns" "records_size" (func $records_size (param i32 i32) (result i32)))
  (import "fdns" "records_copy" (func $records_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "zone_id" (func $zone_id (param i32)))
  (import "fdns" "sequence" (func $sequence (result i64)))
  (import "fdns" "now" (func $now (result i64)))
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (import "fdns" "fail_code" (func $fail_code (param i32 i32 i32)))
  (import "fdns" "sha256" (func $sha256 (param i32 i32 i32)))
  (import "fdns" "keccak256" (func $keccak256 (param i32 i32 i32)))
  (import "fdns" "ed25519_verify" (func $ed25519_verify (param i32 i32 i32 i32) (result i32)))
  (import "fdns" "p256_verify" (func $p256_verify (param i32 i32 i32) (result i32)))
  (import "fdns" "secp256k1_recover" (func $secp256k1_recover (param i32 i32 i32) (result i32)))
  (import "fdns" "mod_set" (func $mod_set (param i32 i32)))
  (import "fdns" "mod_mul" (func $mod_mul (param i32 i32 i32)))
  (import "fdns" "mod_add" (func $mod_add (param i32 i32 i32)))
  (import "fdns" "mod_sub" (func $mod_sub (param i32 i32 i32)))
  (import "fdns" "mod_mul2" (func $mod_mul2 (param i32 i32 i32)))
  (memory (export "memory") 4)
  (global $case (mut i32) (i32.const 0))
  (data (i32.const 0) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"SOA\",\"name\":\"@\",\"content\":\"ns1.example.net. hostmaster.example.net. 1 7200 3600 1209600 3600\",\"ttl\":null}}\00")
  (data (i32.const 256) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"NS\",\"name\":\"@\",\"content\":\"ns1.example.net.\",\"ttl\":null}}\00")
  (data (i32.const 512) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"name\":\"lost\",\"content\":\"lost\",\"ttl\":null}}\00")
  (data (i32.const 640) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"name\":\"good\",\"content\":\"good\",\"ttl\":null}}\00")
  (data (i32.const 768) "kept")
  (data (i32.const 772) "lost")

  ;; The size of the text at $at, up to its NUL.
  (func $size_of (param $at i32) (result i32)
    (local $size i32)
    (loop $next
      (if (i32.load8_u (i32.add (local.get $at) (local.get $size)))
        (then
          (local.set $size (i32.add (local.get $size) (i32.const 1)))
          (br $next))))
    (local.get $size))

  ;; The text at $at as a record operation; as a query.
  (func $apply (param $at i32)
    (call $update_record (local.get $at) (call $size_of (local.get $at))))
  (func $query (param $at i32) (result i32)
    (call $records_size (local.get $at) (call $size_of (local.get $at))))

  ;; The text at $from appended at $at; the place after it, where there is a NUL now.
  (func $put (param $at i32) (param $from i32) (result i32)
    (local $size i32)
    (local.set $size (call $size_of (local.get $from)))
    (memory.copy (local.get $at) (local.get $from) (local.get $size))
    (local.set $at (i32.add (local.get $at) (local.get $size)))
    (i32.store8 (local.get $at) (i32.const 0))
    (local.get $at))

  ;; $number in six digits.
  (func $put_number (param $at i32) (param $number i32) (result i32)
    (local $digit i32)
    (local.set $digit (i32.const 6))
    (loop $next
      (local.set $digit (i32.sub (local.get $digit) (i32.const 1)))
      (i32.store8 (i32.add (local.get $at) (local.get $digit))
        (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
      (local.set $number (i32.div_u (local.get $number) (i32.const 10)))
      (br_if $next (local.get $digit)))
    (i32.store8 offset=6 (local.get $at) (i32.const 0))
    (i32.add (local.get $at) (i32.const 6)))

  (func $begin
    (call $apply (i32.const 0))
    (call $apply (i32.const 256)))
  (func $read_case
    (drop (call $arg_copy (i32.const 776) (i32.const 0) (i32.const 1)))
    (if (call $arg_size)
      (then (global.set $case (i32.sub (i32.load8_u (i32.const 776)) (i32.const 48))))))

  ;; BODY

  (func $setup_attacks
    (call $read_case)
    (if (i64.eqz (call $sequence)) (then (call $begin)))
    (call $attack))
  (func $setup_begins
    (call $begin)
    (call $state_set (i32.const 768) (i32.const 4)))
  (func $update_does_nothing)
  (func $update_attacks
    (call $read_case)
    (if (i32.eq (global.get $case) (i32.const 55)) ;; "g" of good
      (then (call $apply (i32.const 640)) (return)))
    (call $state_set (i32.const 772) (i32.const 4))
    (call $apply (i32.const 512))
    (call $attack))
  ;; SETUP   (export "setup" (func $setup_attacks)) (export "handle_update_request" (func $update_does_nothing))
  ;; UPDATE  (export "setup" (func $setup_begins)) (export "handle_update_request" (func $update_attacks))
)
