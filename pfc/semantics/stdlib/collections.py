"""The methods of lists, maps and sets."""

from __future__ import annotations

from typing import Final

LISTS: Final = """
List[T] length: Int
  How many items it has.
  > [3, 1].length == 2
List[T] is_empty: Bool
  Whether it has no items.
  > not [3, 1].is_empty
List[T] get(at: Int): T?
  The item at a place, counted from 0; `none` outside. `xs[at]` is a fault outside.
  > [3, 1].get(1) == 1
  > [3, 1].get(2) == none
  > [3, 1].get(-1) == none
List[T] first: T?
  The first item.
  > [3, 1].first == 3
List[T] last: T?
  The last item.
  > [3, 1].last == 1
List[T] map(f: (T) => U): List[U]
  What `f` gives for each item.
  > [3, 1].map(n => n * 10) == [30, 10]
List[T] filter(f: (T) => Bool): List[T]
  The items for which `f` is true.
  > [3, 1, 2].filter(n => n > 1) == [3, 2]
List[T] flat_map(f: (T) => List[U]): List[U]
  The lists that `f` gives, one after another.
  > ["a b", "c"].flat_map(s => s.words) == ["a", "b", "c"]
List[T] any(f: (T) => Bool): Bool
  Whether `f` is true for one item or more; false of no items.
  > [3, 1].any(n => n > 2)
List[T] all(f: (T) => Bool): Bool
  Whether `f` is true for every item; true of no items.
  > [3, 1].all(n => n > 0)
List[N] sum: N
  All items added; 0 of no items. Items are Int, Decimal, Float or Duration.
  ! if it is too large for a Float, Decimal or Duration
  > [3, 1].sum == 4
  > [10m, 1h].sum == 70m
List[O] min: O?
  The smallest item, the first of equal ones.
  > [3, 1, 2].min == 1
List[O] max: O?
  The largest item, the first of equal ones.
  > [3, 1, 2].max == 3
List[T] min_by(f: (T) => O): T?
  The item for which `f` gives the smallest value, the first of equal ones.
  > ["abc", "d"].min_by(s => s.length) == "d"
List[T] max_by(f: (T) => O): T?
  The item for which `f` gives the largest value, the first of equal ones.
  > ["abc", "d"].max_by(s => s.length) == "abc"
List[O] sort: List[O]
  From small to large; strings by code points, `false` before `true`.
  > [3, 1, 2].sort == [1, 2, 3]
  > ["b", "a", "B"].sort == ["B", "a", "b"]
List[T] sort_by(f: (T) => O): List[T]
  From small to large by what `f` gives; equal ones stay in their order.
  > ["ccc", "a", "bb", "d"].sort_by(s => s.length) == ["a", "d", "bb", "ccc"]
List[T] reverse: List[T]
  The last item first.
  > [3, 1].reverse == [1, 3]
List[T] take(count: Int): List[T]
  The first `count` items: none if `count` is negative, all if there are fewer.
  > [3, 1, 2].take(2) == [3, 1]
List[T] drop(count: Int): List[T]
  All but the first `count` items.
  > [3, 1, 2].drop(2) == [2]
List[T] take_while(f: (T) => Bool): List[T]
  The items before the first one for which `f` is false.
  > [3, 2, 5].take_while(n => n < 4) == [3, 2]
List[T] drop_while(f: (T) => Bool): List[T]
  The items from the first one for which `f` is false.
  > [3, 2, 5, 1].drop_while(n => n < 4) == [5, 1]
List[T] chunks(size: Int): List[List[T]]
  Lists of `size` items, in order; the last one may be shorter.
  ! if `size` is less than 1
  > [1, 2, 3].chunks(2) == [[1, 2], [3]]
List[T] distinct: List[T]
  Each item once, where it first stands.
  > [1, 2, 1].distinct == [1, 2]
List[T] group_by(f: (T) => U): Map[U, List[T]]
  The items by what `f` gives, groups and items in the order in which they first stand.
  > ["a", "bb", "c"].group_by(s => s.length) == {1: ["a", "c"], 2: ["bb"]}
List[T] key_by(f: (T) => U): Map[U, T]
  The items by what `f` gives; of several with one key the last is kept.
  > ["a", "bb", "c"].key_by(s => s.length) == {1: "c", 2: "bb"}
List[String] join(by: String): String
  The strings with `by` between them.
  > ["a", "b"].join("-") == "a-b"
List[T] contains(item: T): Bool
  Whether the item is one of them.
  > [3, 1].contains(1)
List[T] index_of(item: T): Int?
  Where the item first stands, counted from 0; `none` if it does not.
  > [3, 1].index_of(1) == 1
List[T] zip(other: List[U]): List[Pair[T, U]]
  Pairs of items at the same place, as many as the shorter list has. A lambda with two
  names takes a pair apart.
  > [1, 2, 3].zip(["a", "b"]).map((n, s) => "{n}{s}") == ["1a", "2b"]
List[T] indexed: List[Pair[Int, T]]
  Each item with its place, counted from 0.
  > ["a", "b"].indexed.map((at, s) => "{at}{s}") == ["0a", "1b"]
List[T] fold(start: U, f: (U, T) => U): U
  What `f` gives for the value so far and each item in turn, from `start`.
  > [1, 2, 3].fold(10, (sum, n) => sum + n) == 16
List[T] to_set: Set[T]
  The items as a set.
  > [1, 1].to_set.length == 1
List[Pair[K, V]] to_map: Map[K, V]
  The pairs as a map; of several with one key the last is kept.
  > ["a", "b"].zip([1, 2]).to_map == {"a": 1, "b": 2}
List[Json] to_json: Json
  It as a Json array.
  > [1.to_json, true.to_json].to_json.text == "[1,true]"
"""

MAPS: Final = """
Map[K, V] length: Int
  How many entries it has.
  > {"a": 1}.length == 1
Map[K, V] is_empty: Bool
  Whether it has no entries.
  > not {"a": 1}.is_empty
Map[K, V] get(key: K): V?
  The value of a key; `none` if there is no such key. `m[key]` is a fault then.
  > {"a": 1}.get("a") == 1
  > ({"a": 1}.get("b") or 0) == 0
Map[K, V] has(key: K): Bool
  Whether there is such a key.
  > {"a": 1}.has("a")
Map[K, V] keys: List[K]
  The keys, in the order in which they were put in.
  > {"b": 1, "a": 2}.keys == ["b", "a"]
Map[K, V] values: List[V]
  The values, in the order of their keys.
  > {"b": 1, "a": 2}.values == [1, 2]
Map[K, V] entries: List[Pair[K, V]]
  The keys with their values, in order. A lambda with two names takes a pair apart.
  > {"b": 1, "a": 2}.entries.map((k, v) => "{k}{v}") == ["b1", "a2"]
Map[K, V] map(f: (K, V) => U): Map[K, U]
  The same keys, with what `f` gives.
  > {"a": 1}.map((k, v) => v * 10) == {"a": 10}
Map[K, V] filter(f: (K, V) => Bool): Map[K, V]
  The entries for which `f` is true.
  > {"a": 1, "b": 2}.filter((k, v) => v > 1) == {"b": 2}
Map[K, V] merge(other: Map[K, V]): Map[K, V]
  The entries of both; where both have a key, the other one's value.
  > {"a": 1, "b": 2}.merge({"b": 3}) == {"a": 1, "b": 3}
Map[String, Json] to_json: Json
  It as a Json object.
  > {"a": 1.to_json}.to_json.text == "{{\\"a\\":1}}"
"""

SETS: Final = """
Set[T] length: Int
  How many members it has.
  > [1, 1, 2].to_set.length == 2
Set[T] is_empty: Bool
  Whether it has no members.
  > not [1].to_set.is_empty
Set[T] has(item: T): Bool
  Whether the item is a member.
  > [1].to_set.has(1)
Set[T] union(other: Set[T]): Set[T]
  The members of either.
  > [1].to_set.union([2]) == [1, 2].to_set
Set[T] intersection(other: Set[T]): Set[T]
  The members of both.
  > [1, 2].to_set.intersection([2, 3]) == [2].to_set
Set[T] difference(other: Set[T]): Set[T]
  The members that the other one lacks.
  > [1, 2].to_set.difference([2, 3]) == [1].to_set
Set[T] is_subset(other: Set[T]): Bool
  Whether the other one has all its members.
  > [1].to_set.is_subset([1, 2])
Set[T] map(f: (T) => U): Set[U]
  What `f` gives for its members.
  > [1, -1].to_set.map(n => n * n) == [1].to_set
Set[T] filter(f: (T) => Bool): Set[T]
  The members for which `f` is true.
  > [1, 2].to_set.filter(n => n > 1) == [2].to_set
Set[T] any(f: (T) => Bool): Bool
  Whether `f` is true for one member or more.
  > [1, 2].to_set.any(n => n > 1)
Set[T] all(f: (T) => Bool): Bool
  Whether `f` is true for every member.
  > [1, 2].to_set.all(n => n > 0)
Set[T] to_list: List[T]
  The members as a list: sorted if they can be, else in no certain order.
  > [2, 1, 2].to_set.to_list == [1, 2]
"""
