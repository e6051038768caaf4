;; A block has 4 parameters at most.
;; expect: the guard cannot be used: a block of its function 0 has 5 parameters, the limit is 4
(module
  (memory (export "memory") 1)
  (func (param i32)
    (local.get 0) (local.get 0) (local.get 0) (local.get 0) (local.get 0)
    (block (param i32 i32 i32 i32 i32) (drop) (drop) (drop) (drop) (drop)))
  (func (export "setup"))
  (func (export "handle_update_request")))
