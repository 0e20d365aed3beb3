using System.Numerics;

namespace Perfmon.Sampling.Records;

/// <summary>
/// The formats of events by their ids: open addressing, so that a look-up is a multiplication and, nearly always, one comparison. One thread adds; others may look up
/// meanwhile, and see what was added before.
/// </summary>
internal sealed class FormatTable
{
    private const int SmallestSize = 16;

    // 2⁶⁴ divided by the golden ratio: ids that follow each other are spread over the table (Knuth, The Art of Computer Programming, volume 3, 6.4).
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private volatile Slots _slots = new(SmallestSize);
    private int _count;

    /// <summary>Adds an event, or puts another format in its place. The kernel's ids begin at 1.</summary>
    public void Add(ulong id, RecordFormat format)
    {
        var slots = _slots;
        if (!slots.TryReplace(id, format))
        {
            if (++_count * 2 > slots.Ids.Length)
            {
                slots = slots.Doubled();
            }

            slots.Add(id, format);
            _slots = slots;
        }
    }

    public RecordFormat? Find(ulong id)
    {
        var slots = _slots;
        var ids = slots.Ids;
        for (var at = slots.Place(id); ; at = (at + 1) & (ids.Length - 1))
        {
            // Acquire: pairs with the release of an id behind its format.
            var found = Volatile.Read(ref ids[at]);
            if (found == id)
            {
                return slots.Formats[at];
            }

            if (found == 0)
            {
                return null;
            }
        }
    }

    private sealed class Slots(int size)
    {
        private readonly int _shift = 64 - BitOperations.Log2((uint)size);

        // 0 where there is none.
        public ulong[] Ids { get; } = new ulong[size];

        public RecordFormat?[] Formats { get; } = new RecordFormat?[size];

        public int Place(ulong id) => (int)(unchecked(id * Multiplier) >> _shift);

        public void Add(ulong id, RecordFormat format)
        {
            var at = PlaceFor(id);
            Formats[at] = format;
            Volatile.Write(ref Ids[at], id);
        }

        public bool TryReplace(ulong id, RecordFormat format)
        {
            var at = PlaceFor(id);
            if (Ids[at] == id)
            {
                Formats[at] = format;
                return true;
            }

            return false;
        }

        // Where it is, or is to be.
        private int PlaceFor(ulong id)
        {
            var at = Place(id);
            while (Ids[at] != 0 && Ids[at] != id)
            {
                at = (at + 1) & (Ids.Length - 1);
            }

            return at;
        }

        public Slots Doubled()
        {
            var doubled = new Slots(2 * Ids.Length);
            for (var i = 0; i < Ids.Length; i++)
            {
                if (Ids[i] != 0)
                {
                    doubled.Add(Ids[i], Formats[i]!);
                }
            }

            return doubled;
        }
    }
}
