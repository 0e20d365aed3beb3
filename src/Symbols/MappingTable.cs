namespace Perfmon.Symbols;

/// <summary>Mappings by address. A new one takes the place of whatever it covers, as <c>mmap(2)</c> with MAP_FIXED does.</summary>
internal sealed class MappingTable
{
    // In order of addresses, none overlapping another.
    private readonly List<Mapping> _mappings;

    public MappingTable() => _mappings = [];

    public MappingTable(MappingTable other) => _mappings = [.. other._mappings];

    public int Count => _mappings.Count;

    public void Add(Mapping mapping)
    {
        // The first that ends at or after the new one's start, and the first that starts after its end.
        var first = FirstEndingFrom(mapping.Start);
        var after = first;
        while (after < _mappings.Count && _mappings[after].Start <= mapping.Last)
        {
            after++;
        }

        var before = first < after && _mappings[first].Start < mapping.Start ? _mappings[first].Part(_mappings[first].Start, mapping.Start - 1) : null;
        var behind = first < after && _mappings[after - 1].Last > mapping.Last ? _mappings[after - 1].Part(mapping.Last + 1, _mappings[after - 1].Last) : null;
        _mappings.RemoveRange(first, after - first);
        if (behind is not null)
        {
            _mappings.Insert(first, behind);
        }

        _mappings.Insert(first, mapping);
        if (before is not null)
        {
            _mappings.Insert(first, before);
        }
    }

    public Mapping? Find(ulong address)
    {
        var index = FirstEndingFrom(address);
        return index < _mappings.Count && _mappings[index].Start <= address ? _mappings[index] : null;
    }

    private int FirstEndingFrom(ulong address)
    {
        var low = 0;
        var high = _mappings.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_mappings[middle].Last < address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
