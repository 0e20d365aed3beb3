using System.Collections.Immutable;
using Perfmon.Symbols.Elf;

namespace Perfmon.Symbols;

/// <summary>Finds the name of an address, and the file or table that has it.</summary>
internal sealed class AddressNames(SymbolizerOptions options, Notes notes) : IDisposable
{
    // Often enough for a profile that is looked at; seldom enough for a million samples of an address that nothing tells about.
    private const long AskAgainAfter = 100;

    // Addresses of 32-bit processes, whose vDSO is another one.
    private const ulong FourGibibytes = 1UL << 32;

    private readonly Dictionary<ulong, ImmutableArray<SymbolizedFrame>> _kernelCache = [];
    private readonly ImageFiles _files = new(options, notes);
    private readonly Demangler _demangler = new(options.Demangle, notes);
    private KernelSymbols? _kernel;
    private ElfImage? _vdso;
    private bool _askedForVdso;

    public ImmutableArray<SymbolizedFrame> Kernel(ulong address)
    {
        if (_kernelCache.TryGetValue(address, out var frames))
        {
            return frames;
        }

        _kernel ??= options.KernelIsLive ? KernelSymbols.Read(options.Roots, notes) : KernelSymbols.None;
        frames =
        [
            _kernel.TryFind(address, out var symbol)
                ? new SymbolizedFrame
                {
                    Function = _demangler.Readable(symbol.Name),
                    RawName = symbol.Name,
                    Module = symbol.Module,
                    Offset = address - symbol.Start,
                    ModuleOffset = address,
                    Kind = FrameKind.Kernel,
                }
                : new SymbolizedFrame { Module = SymbolizedFrame.KernelModule, ModuleOffset = address, Kind = FrameKind.Kernel },
        ];
        _kernelCache[address] = frames;
        return frames;
    }

    public ImmutableArray<SymbolizedFrame> User(AddressSpace space, ulong address)
    {
        if (space.TryGetCached(address, out var cached) && (cached.IsSettled || (!LearnMore(space, address) && cached.State == space.JitState)))
        {
            return cached.Frames;
        }

        var mapping = space.Find(address);
        if (mapping is null && LearnMore(space, address))
        {
            mapping = space.Find(address);
        }

        return mapping switch
        {
            null => Jit(space, address, SymbolizedFrame.UnknownModule, address, FrameKind.Unknown),
            { Kind: MappingKind.Vdso } => Vdso(space, mapping, address),
            { Kind: MappingKind.Memory } => Jit(space, address, mapping.Path is "" ? "//anon" : mapping.Path, address, FrameKind.Unknown),
            _ => MappedFile(space, mapping, address),
        };
    }

    public void Dispose() => _demangler.Dispose();

    /// <summary>Whether procfs or the perf map have told something new of a process.</summary>
    private bool LearnMore(AddressSpace space, ulong address)
    {
        var learned = RefreshJit(space);
        var now = Environment.TickCount64;
        if ((!options.ProcessesAreLive && options.PerfMapFolder is null) || now < space.AskedAt + AskAgainAfter)
        {
            return learned;
        }

        space.AskedAt = now;
        if (options.ProcessesAreLive && !space.HasExited && space.Find(address) is null && ProcessMaps.ReadOrNone(options.Roots, space.Pid) is { Count: > 0 } mappings)
        {
            space.Map(mappings);
            learned |= space.Find(address) is not null;
        }

        if (space.Jit is null)
        {
            space.Jit = JitMapFiles.Open(options, space.JitPid, space.KnownSince);
            learned |= RefreshJit(space);
        }

        return learned;
    }

    private static bool RefreshJit(AddressSpace space)
    {
        if (space.Jit is null || !space.Jit.Refresh(out var hasReplaced))
        {
            return false;
        }

        if (hasReplaced)
        {
            space.ForgetJitNames();
        }

        // Not for the address only that happened to be asked for first.
        space.JitState++;
        return true;
    }

    private ImmutableArray<SymbolizedFrame> MappedFile(AddressSpace space, Mapping mapping, ulong address)
    {
        if (!mapping.WasLookedFor)
        {
            mapping.WasLookedFor = true;
            mapping.Image = _files.Find(space, mapping);
        }

        var offset = address - mapping.Start + mapping.FileOffset;
        return mapping.Image is { } image
            ? space.Cache(address, Named(image, image.AddressOf(offset), mapping.Path, FrameKind.User, offset), isSettled: true)
            : Jit(space, address, mapping.Path, offset, FrameKind.User);
    }

    private ImmutableArray<SymbolizedFrame> Vdso(AddressSpace space, Mapping mapping, ulong address)
    {
        if (!_askedForVdso && options.KernelIsLive)
        {
            _askedForVdso = true;
            _vdso = VdsoImage.Read(options.Roots, notes);
        }

        var offset = address - mapping.Start + mapping.FileOffset;
        var frame = _vdso is { } image && mapping.Start >= FourGibibytes
            ? Named(image, image.AddressOf(offset), SymbolizedFrame.VdsoModule, FrameKind.Vdso, offset)
            : new SymbolizedFrame { Module = SymbolizedFrame.VdsoModule, ModuleOffset = offset, Kind = FrameKind.Vdso };
        return space.Cache(address, frame, isSettled: true);
    }

    private SymbolizedFrame Named(ElfImage image, ulong? address, string module, FrameKind kind, ulong fileOffset)
    {
        if (address is { } known && image.TryFind(known, out var symbol))
        {
            return new()
            {
                Function = _demangler.Readable(symbol.Name),
                RawName = symbol.Name,
                Module = module,
                Offset = known - symbol.Start,
                ModuleOffset = known,
                Kind = kind,
            };
        }

        return new() { Module = module, ModuleOffset = address ?? fileOffset, Kind = kind };
    }

    private ImmutableArray<SymbolizedFrame> Jit(AddressSpace space, ulong address, string module, ulong moduleOffset, FrameKind kind)
    {
        if (space.Jit is null)
        {
            LearnMore(space, address);
        }
        else
        {
            RefreshJit(space);
        }

        if (space.Jit is { } map && map.TryFind(address, out var start, out var name))
        {
            var frame = new SymbolizedFrame
            {
                Function = ManagedNames.Readable(name) ?? _demangler.Readable(name),
                RawName = name,
                Module = SymbolizedFrame.JitModule,
                Offset = address - start,
                ModuleOffset = address,
                Kind = FrameKind.Jit,
            };
            return space.Cache(address, frame, isSettled: true);
        }

        var unresolved = new SymbolizedFrame { Module = module, ModuleOffset = moduleOffset, Kind = kind };
        return space.Cache(address, unresolved, isSettled: !options.ProcessesAreLive);
    }
}
