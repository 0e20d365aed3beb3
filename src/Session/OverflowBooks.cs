using System.Collections;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>The books of an event set's overflows: one for each kernel group that tells of some, of which there is seldom more than one.</summary>
internal sealed class OverflowBooks : IReadOnlyList<OverflowBook>
{
    private readonly OverflowBook[] _books;

    private OverflowBooks(OverflowBook[] books) => _books = books;

    public static OverflowBooks None { get; } = new([]);

    public int Count => _books.Length;

    /// <summary>Whether the kernel is to be told of a next period.</summary>
    public bool NeedsArming => Array.Exists(_books, book => book.NeedsArming);

    /// <summary>Whether the set's counters stand still until they are stopped.</summary>
    public bool HasEnded => Array.Exists(_books, book => book.Group.HasEnded);

    public OverflowBook this[int index] => _books[index];

    public static OverflowBooks Of(IPerfKernel kernel, SessionSet set, SetCounters counters)
    {
        OverflowBook[] books = [.. counters.Groups.Select(group => group.Ring).OfType<OverflowRing>().Select(ring => new OverflowBook(kernel, set, ring))];
        return books is [] ? None : new OverflowBooks(books);
    }

    /// <summary>Tells the kernel when its counters are to overflow, where that is not as it was. They are stopped, and were read just now.</summary>
    public KernelResult Arm()
    {
        foreach (var book in _books)
        {
            var result = book.Arm();
            if (result.Failed)
            {
                return result;
            }
        }

        return KernelResult.Success;
    }

    /// <summary>A turn of the set begins: thresholds count from now.</summary>
    public void BeginTurn()
    {
        foreach (var book in _books)
        {
            book.BeginTurn();
        }
    }

    /// <summary>Counts overflows of PMDs. Whether they are enough to end the turn.</summary>
    public bool CountTurns(in RegisterMask pmds)
    {
        var ends = false;
        foreach (var pmd in pmds)
        {
            foreach (var book in _books)
            {
                ends |= book.CountTurn(pmd);
            }
        }

        return ends;
    }

    /// <summary>The counters were stopped after they had been frozen: overflows that came in between are none.</summary>
    public void Forget()
    {
        foreach (var book in _books)
        {
            book.Forget();
        }
    }

    public IEnumerator<OverflowBook> GetEnumerator() => ((IEnumerable<OverflowBook>)_books).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
