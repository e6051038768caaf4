;; Takes a zone as it is when it is handed over, and never again lets anything change.
(module
  (import "fdns" "fail" (func $fail (param i32 i32)))
  (import "fdns" "sequence" (func $sequence (result i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "this zone is immutable")
  (func $refuse (call $fail (i32.const 0) (i32.const 22)))
  (func (export "setup")
    (if (i64.eqz (call $sequence)) (then (call $refuse))))
  (func (export "handle_update_request") (call $refuse)))
