using Google.Protobuf.Collections;
using Perfmon.Profiles.Pprof;
using FrameKind = Perfmon.Symbols.FrameKind;

namespace Perfmon.Profiles;

/// <summary>
/// pprof's locations: one for an address, with the functions that were inlined there and the one that they were put into. Ids begin at 1; 0 is none.
/// </summary>
internal sealed class PprofLocations(StackTable stacks, Numbers<string> strings)
{
    // A chain is a frame and the chain that it is inlined into, as a stack is a frame and its caller.
    private readonly Dictionary<(ulong Outer, int Frame), ulong> _chainIds = [];
    private readonly List<(ulong Outer, int Frame)> _chains = [];
    private readonly HashSet<ulong> _used = [];
    private ulong[] _ofNode = [];

    /// <summary>Adds the ids of <paramref name="node"/>'s locations, innermost first.</summary>
    public void CopyTo(int node, RepeatedField<ulong> ids)
    {
        ResolveNodes();
        while (node != StackTable.Empty)
        {
            _used.Add(_ofNode[node]);
            ids.Add(_ofNode[node]);
            while (IsInlined(node))
            {
                node = stacks.Caller(node);
            }

            node = stacks.Caller(node);
        }
    }

    /// <summary>What the ids refer to: locations, functions and mappings.</summary>
    public IEnumerable<Pprof.Profile> Parts()
    {
        var (mappings, functions) = (new Numbers<string>(), new Numbers<(string, string?)>());

        // The program itself is expected first. Stacks are kept from the outside in, so that the first frame of user mode is mostly of it.
        foreach (var frame in stacks.Frames.OrderBy(frame => frame.Kind == FrameKind.User ? 0 : 1).Where(frame => frame.Module.Length > 0))
        {
            mappings.Of(frame.Module);
        }

        foreach (var id in _used.Order())
        {
            yield return new Pprof.Profile { Location = { LocationOf(id, mappings, functions) } };
        }

        foreach (var (name, file) in functions.All)
        {
            // Without the name of the system's: where it is the same, pprof takes the name for one that it may shorten.
            var function = new Function { Id = IdOf(functions, (name, file)), Name = strings.Of(name), Filename = strings.Of(file ?? "") };
            yield return new Pprof.Profile { Function = { function } };
        }

        foreach (var module in mappings.All)
        {
            yield return new Pprof.Profile { Mapping = { MappingOf(IdOf(mappings, module), module) } };
        }
    }

    private static ulong IdOf<T>(Numbers<T> numbers, T key)
        where T : notnull => (ulong)numbers.Of(key) + 1;

    // Of a call chain whose outermost frames are missing, the last may be inlined into one that is not there.
    private bool IsInlined(int node) => stacks.Frames[stacks.Frame(node)].IsInlined && stacks.Caller(node) != StackTable.Empty;

    private void ResolveNodes()
    {
        if (_ofNode.Length == stacks.NodeCount)
        {
            return;
        }

        _ofNode = new ulong[stacks.NodeCount];
        for (var node = StackTable.Empty + 1; node < _ofNode.Length; node++)
        {
            var chain = (IsInlined(node) ? _ofNode[stacks.Caller(node)] : 0, stacks.Frame(node));
            if (!_chainIds.TryGetValue(chain, out _ofNode[node]))
            {
                _chains.Add(chain);
                _chainIds.Add(chain, _ofNode[node] = (ulong)_chains.Count);
            }
        }
    }

    private Location LocationOf(ulong id, Numbers<string> mappings, Numbers<(string, string?)> functions)
    {
        var (outer, number) = _chains[(int)id - 1];
        var innermost = stacks.Frames[number];
        var location = new Location { Id = id, Address = innermost.Address, MappingId = innermost.Module.Length > 0 ? IdOf(mappings, innermost.Module) : 0 };

        // pprof shows a location without a line by its address and mapping.
        if (!innermost.IsResolved && innermost.Address != 0 && outer == 0)
        {
            return location;
        }

        for (var chain = id; chain != 0; chain = _chains[(int)chain - 1].Outer)
        {
            var frame = stacks.Frames[_chains[(int)chain - 1].Frame];
            location.Line.Add(new Line { FunctionId = IdOf(functions, (frame.Of.Label, frame.File)), Line_ = frame.Line });
        }

        return location;
    }

    // It is always said to have functions: pprof would try to resolve the rest itself, for which it would need the addresses of the mapping.
    private Mapping MappingOf(ulong id, string module)
    {
        var frames = stacks.Frames.Where(frame => frame.Module == module).ToList();
        return new Mapping
        {
            Id = id,
            Filename = strings.Of(module),
            HasFunctions = true,
            HasFilenames = frames.Any(frame => frame.File is not null),
            HasLineNumbers = frames.Any(frame => frame.Line != 0),
            HasInlineFrames = frames.Any(frame => frame.IsInlined),
        };
    }
}
