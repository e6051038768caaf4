;; Each operand of keccak256 lies within memory.
;; expect: keccak256: access outside memory
(module
  (import "fdns" "keccak256" (func $keccak256 (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $keccak256 (i32.const 65505) (i32.const 0) (i32.const 4))))
