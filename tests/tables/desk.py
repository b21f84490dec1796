"""A help desk for many tenants, as a program."""
# ruff: noqa: E501 - lines of the program

DESK = """
union Status { Open Waiting Closed }
record Ticket {
  id: Int
  tenant: String
  title: String where it.length in 2..200
  status: Status = Status.Open
  seen: Int = 0
  always seen <= 3
}
record Note { id: Int  tenant: String }
capability Desk { read(tenant: String)  answer(tenant: String) implies read(tenant) }
context Session { tenant: String  grant Desk.answer(tenant) }
table Tickets of Ticket {
  key id
  read Desk.read(tenant)
  write Desk.answer(tenant)
  index tenant, status
  unique tenant, title
}
table Notes of Note { key id  index tenant  read Desk.read(tenant)  write Desk.answer(tenant) }
intents in Session fails NotFound(id: Int) as 404 {
  intent ListTickets(after: Cursor? = none, limit: Int = 2) -> Page[Ticket] requires Desk.read(caller.tenant)
  intent Total(limit: Int) -> Int requires Desk.read(caller.tenant)
  intent Visible -> List[Ticket] requires nothing
  intent OpenTicket(id: Int, title: String) -> Ticket fails Duplicate requires Desk.answer(caller.tenant)
  intent OpenAndLook(id: Int, title: String) -> Int fails Duplicate requires Desk.answer(caller.tenant)
  intent OpenBoth(id: Int, other: Int) fails Duplicate requires Desk.answer(caller.tenant)
  intent OpenBadly(id: Int) -> Int fails Duplicate requires Desk.answer(caller.tenant)
  intent Close(id: Int) requires Desk.answer(caller.tenant)
  intent See(by: Int) requires Desk.answer(caller.tenant)
  intent Rename(id: Int, title: String) requires Desk.answer(caller.tenant)
  intent Drop(id: Int) requires Desk.answer(caller.tenant)
  intent Get(id: Int) -> Ticket? requires Desk.read(caller.tenant)
  intent Noted -> Int requires Desk.read(caller.tenant)
  intent MayAnswer(id: Int, tenant: String) -> Bool fails Duplicate requires Desk.read(caller.tenant)
  intent Count -> Int requires Desk.read(caller.tenant)
}
reactor HelpDesk {
  state { opened: Int = 0  titles: Map[Int, String] = {} }
  JOURNAL
  on ListTickets(after, limit) {
    reply find Tickets where it.tenant == caller.tenant order by it.title desc limit limit after after
  }
  on Total(limit) {
    let page = find Tickets where it.tenant == caller.tenant limit limit
    reply page.total
  }
  on Visible { let page = find visible Tickets order by it.id  reply page.items }
  on OpenTicket(id, title) {
    let ticket = Ticket(id: id, tenant: caller.tenant, title: title)
    state.titles[id] = title
    state.opened += 1
    insert ticket into Tickets
    reply ticket
  }
  on OpenAndLook(id, title) {
    insert Ticket(id: id, tenant: caller.tenant, title: title) into Tickets
    let page = find Tickets where it.tenant == caller.tenant
    reply page.items.length
  }
  on OpenBoth(id, other) {
    state.titles[id] = "both"
    state.opened += 2
    insert Note(id: id, tenant: caller.tenant) into Notes
    insert Ticket(id: id, tenant: caller.tenant, title: "both {id}") into Tickets
    insert Ticket(id: other, tenant: caller.tenant, title: "both {other}") into Tickets
  }
  on OpenBadly(id) {
    insert Ticket(id: id, tenant: caller.tenant, title: "badly {id}") into Tickets
    state.opened += 1
    let none_here: List[Int] = []
    reply none_here[0]
  }
  on Close(id) {
    let t = find one Tickets where it.tenant == caller.tenant and it.id == id else fail NotFound(id: id)
    update Tickets where it.tenant == caller.tenant and it.id == t.id { status: Status.Closed  seen: it.seen + 1 }
  }
  on See(by) { update Tickets where it.tenant == caller.tenant { seen: it.seen + by } }
  on Rename(id, title) { update Tickets where it.tenant == caller.tenant and it.id == id { title: title } }
  on Drop(id) { delete Tickets where it.tenant == caller.tenant and it.id == id }
  on Get(id) { reply find one Tickets where it.tenant == caller.tenant and it.id == id }
  on Noted { let page = find Notes where it.tenant == caller.tenant  reply page.items.length }
  on MayAnswer(id, tenant) {
    if can Desk.answer(tenant) { insert Note(id: id, tenant: tenant) into Notes  reply true }
    reply false
  }
  on Count { reply state.opened }
}
app Help { supervise one_for_one max 100 within 10s { HelpDesk } store memory }
"""


def desk(*, journal=False):
    """The text of the program; with a journal its state outlives the process too."""
    return DESK.replace("JOURNAL", "journal snapshot every 4" if journal else "")
