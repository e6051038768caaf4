;; Copies from an answer that is not there, from beyond its end, from the farthest place.
;; expect: accept
(data (i32.const 1024) "{\"name\":null,\"record\":null}\00")
(func $attack
  (local $size i32)
  (if (call $records_copy (i32.const 4096) (i32.const 0) (i32.const 1000)) (then (unreachable)))
  (local.set $size (call $query (i32.const 1024)))
  (if (i32.eq (local.get $size) (i32.const -1)) (then (unreachable)))
  (if (call $records_copy (i32.const 4096) (local.get $size) (i32.const -1)) (then (unreachable)))
  (if (call $records_copy (i32.const 4096) (i32.const -1) (i32.const -1)) (then (unreachable)))
  (if (i32.ne (call $records_copy (i32.const 4096) (i32.const 0) (i32.const -1)) (local.get $size))
    (then (unreachable))))
