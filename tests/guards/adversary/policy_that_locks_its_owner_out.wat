;; Leaves itself less fuel than an instance takes: the end of all updates.
;; at: update
;; expect: policy: this request alone took fuel
(func $attack
  (drop (call $policy_copy (i32.const 4096) (i32.const 0) (i32.const 4096)))
  ;; fuel is 8 octets, big-endian, at octet 80 (docs/state.md)
  (i64.store offset=80 (i32.const 4096) (i64.const 0x0004000000000000))
  (call $update_policy (i32.const 4096) (call $policy_size)))
