;; A type has 32 parameters at most.
;; expect: the guard cannot be used: its type 1 has 33 parameters and 0 results, the limits are 32 and 4
(module
  (memory (export "memory") 1)
  (type (func))
  (type (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
    i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
    i32)))
  (func (export "setup"))
  (func (export "handle_update_request")))
