;; Inputs are read before outputs are written.
;; expect: accepted
(module
  (import "fdns" "sha256" (func $sha256 (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "abc")
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $sha256 (i32.const 0) (i32.const 0) (i32.const 3))
    (if (i64.ne (i64.load (i32.const 0)) (i64.const 0xEACF018FBF1678BA)) (then (unreachable)))))
