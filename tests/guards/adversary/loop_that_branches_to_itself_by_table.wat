;; Never ends, by way of a table of branches.
;; expect: out of fuel
;; policy: fuel=100000000
(func $attack
  (local $i i32)
  (loop $a
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (loop $b
      (loop $c
        (br_table $a $a $a $a $a $a $a $a (local.get $i))))))
