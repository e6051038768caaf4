;; Takes all memory that there is and writes in each page, then finds that there is no more.
;; expect: accept
(func $attack
  (local $page i32)
  (loop $again
    (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
  (if (i32.ne (memory.size) (i32.const 64)) (then (unreachable)))
  (loop $next
    (i32.store offset=65000 (i32.shl (local.get $page) (i32.const 16)) (i32.const 7))
    (br_if $next
      (i32.lt_u (local.tee $page (i32.add (local.get $page) (i32.const 1))) (memory.size)))))
