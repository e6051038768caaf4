;; A guard that does what the first octet of its argument says, with the rest of it: everything that
;; a guard may do and all that it must not, so that one zone can be tried with all of them.
;;
;;   setup at sequence 0 makes SOA and NS; at a change of owner it takes the zone as it is
(module
  (import "fdns" "update_record" (func $update_record (param i32 i32)))
  (import "fdns" "update_owner" (func $update_owner (param i32 i32)))
  (import "fdns" "update_policy" (func $update_policy (param i32 i32)))
  (import "fdns" "remove_zone" (func $remove_zone))
  (import "fdns" "arg_size" (func $arg_size (result i32)))
  (import "fdns" "arg_copy" (func $arg_copy (param i32 i32 i32) (result i32)))
  (import "fdns" "state_set" (func $state_set (param i32 i32)))
  (import "fdns" "records_size" (func $records_size (param i32 i32) (result i32)))
  (import "fdns" "sequence" (func $sequence (result i64)))
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (import "fdns" "fail_code" (func $fail_code (param i32 i32 i32)))
  (memory (export "memory") 4)

  (data (i32.const 0) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"SOA\",\"name\":\"@\",\"content\":\"ns1.example.net. hostmaster.example.net. 1 7200 3600 1209600 3600\",\"ttl\":null}}")
  (data (i32.const 256) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"NS\",\"name\":\"@\",\"content\":\"ns1.example.net.\",\"ttl\":null}}")
  (data (i32.const 512) "{\"name\":null,\"record\":null}")
  (data (i32.const 640) "{\"name\":\"absent\",\"record\":\"A\"}")

  (func (export "setup")
    (if (i64.eqz (call $sequence))
      (then
        (call $update_record (i32.const 0) (i32.const 146))
        (call $update_record (i32.const 256) (i32.const 96)))))

  (func $recurse (param i32) (result i32)
    (i32.add (i32.const 1) (call $recurse (i32.add (local.get 0) (i32.const 1)))))

  (func $is (param $mood i32) (result i32)
    (i32.eq (i32.load8_u (i32.const 1024)) (local.get $mood)))

  (func (export "handle_update_request")
    (local $at i32) (local $size i32)
    (drop (call $arg_copy (i32.const 1024) (i32.const 0) (i32.const 196608)))
    (local.set $at (i32.const 1025))
    (local.set $size (i32.sub (call $arg_size) (i32.const 1)))
    (if (call $is (i32.const 117)) ;; u: a record operation
      (then (call $update_record (local.get $at) (local.get $size))))
    (if (call $is (i32.const 119)) ;; w: another owner
      (then (call $update_owner (local.get $at) (local.get $size))))
    (if (call $is (i32.const 87)) ;; W: twice
      (then
        (call $update_owner (local.get $at) (local.get $size))
        (call $update_owner (local.get $at) (local.get $size))))
    (if (call $is (i32.const 112)) ;; p: another policy
      (then (call $update_policy (local.get $at) (local.get $size))))
    (if (call $is (i32.const 120)) ;; x: the end of the zone
      (then (call $remove_zone)))
    (if (call $is (i32.const 88)) ;; X: something after the end
      (then (call $remove_zone) (call $update_record (local.get $at) (local.get $size))))
    (if (call $is (i32.const 102)) ;; f: refuse in these words
      (then (call $fail (local.get $at) (local.get $size))))
    (if (call $is (i32.const 99)) ;; c: with a response code
      (then (call $fail_code (i32.const 5) (local.get $at) (local.get $size))))
    (if (call $is (i32.const 115)) ;; s: keep this as state
      (then (call $state_set (local.get $at) (local.get $size))))
    (if (call $is (i32.const 83)) ;; S: change something, then trap
      (then
        (call $state_set (local.get $at) (local.get $size))
        (call $update_record (i32.const 256) (i32.const 96))
        (unreachable)))
    (if (call $is (i32.const 116)) ;; t: trap
      (then (unreachable)))
    (if (call $is (i32.const 108)) ;; l: loop for ever
      (then (loop $again (br $again))))
    (if (call $is (i32.const 114)) ;; r: recurse without end
      (then (drop (call $recurse (i32.const 0)))))
    (if (call $is (i32.const 109)) ;; m: take memory until there is none, then write past it
      (then
        (loop $again
          (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
        (i32.store (i32.mul (memory.size) (i32.const 65536)) (i32.const 1))))
    (if (call $is (i32.const 111)) ;; o: hand over octets that it does not have
      (then (call $update_record (i32.const 0x7ffffff0) (i32.const 0x7fffffff))))
    (if (call $is (i32.const 113)) ;; q: ask for the whole zone for ever
      (then
        (loop $again
          (drop (call $records_size (i32.const 512) (i32.const 27)))
          (br $again))))
    (if (call $is (i32.const 97)) ;; a: ask for what is absent for ever
      (then
        (loop $again
          (drop (call $records_size (i32.const 640) (i32.const 30)))
          (br $again))))
    (if (call $is (i32.const 100)) ;; d: divide by zero
      (then (drop (i32.div_u (i32.const 1) (i32.load8_u (i32.const 1000))))))))
