using Perfmon.Host;
using Perfmon.Kvm.Filters;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>Random filters, in which entries meet: few selects, umasks near each other, masks that look at few or at nearly all bits.</summary>
internal sealed class RandomFilters(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>A filter that a machine of this vendor takes, with dropped entries and ones that match nothing among the rest.</summary>
    public PmuEventFilter Filter(CpuVendor vendor, FilterAction? action = null, FilterEncoding? encoding = null, int most = PmuEventFilter.MostEvents)
    {
        var masked = (encoding ?? (_random.Next(3) == 0 ? FilterEncoding.Raw : FilterEncoding.Masked)) == FilterEncoding.Masked;
        var count = _random.Next(4) switch { 0 => _random.Next(3), 1 => _random.Next(most + 1), _ => _random.Next(12) };
        var selects = Selects(vendor);
        var umaskBits = (byte)(_random.Next(3) switch { 0 => 0x03, 1 => 0x1f, _ => 0xff });
        var events = Enumerable.Range(0, Math.Min(count, most)).Select(_ =>
        {
            var select = selects[_random.Next(selects.Length)];
            return masked ? Masked(select, umaskBits) : Plain(select, umaskBits, vendor);
        });
        return PmuEventFilter.Create(
            action ?? (FilterAction)_random.Next(2), events, Bitmap(), vendor, keepDropped: true);
    }

    /// <summary>An event that the filter may well list, or any.</summary>
    public GuestEvent Event(PmuEventFilter filter, CpuVendor vendor)
    {
        if (_random.Next(20) == 0)
        {
            return GuestEvent.Fixed(_random.Next(32));
        }

        var lastSelect = BruteReading.Selects(vendor) - 1;
        if (filter.Events.Count == 0 || _random.Next(4) == 0)
        {
            return GuestEvent.Programmable((ushort)_random.Next(lastSelect + 1), (byte)_random.Next(256));
        }

        var code = filter.Events[_random.Next(filter.Events.Count)].Encode(filter.Encoding);
        var select = (int)((code & 0xff) | (code >> 24 & 0xf00)) & lastSelect;
        var umask = (byte)(code >> 8) ^ (_random.Next(2) == 0 ? 0 : 1 << _random.Next(8));
        return GuestEvent.Programmable((ushort)select, (byte)umask);
    }

    /// <summary>Bytes like a filter's, right or wrong in one or several places, and maybe cut off.</summary>
    public byte[] Bytes(CpuVendor vendor)
    {
        var bytes = Filter(vendor).ToBytes();
        for (var faults = _random.Next(4); faults > 0; faults--)
        {
            Spoil(ref bytes);
        }

        return bytes;
    }

    private ushort[] Selects(CpuVendor vendor)
    {
        var first = _random.Next(BruteReading.Selects(vendor));
        return [.. Enumerable.Range(0, _random.Next(1, 6)).Select(
            _ => (ushort)(_random.Next(2) == 0 ? first ^ (1 << _random.Next(vendor == CpuVendor.Intel ? 8 : 12)) : first))];
    }

    private uint Bitmap() => _random.Next(4) switch { 0 => 0, 1 => uint.MaxValue, 2 => (uint)_random.Next(8), _ => (uint)_random.NextInt64(1L << 32) };

    private MaskedEvent Masked(ushort select, byte umaskBits)
    {
        var mask = (byte)(_random.Next(3) switch { 0 => 0xff, 1 => ~(1 << _random.Next(8) | 1 << _random.Next(8)), _ => _random.Next(256) });
        var match = (byte)(_random.Next(256) & umaskBits);
        return new MaskedEvent(select, _random.Next(8) == 0 ? match : (byte)(match & mask), mask, _random.Next(3) == 0);
    }

    private FilterEvent Plain(ushort select, byte umaskBits, CpuVendor vendor)
    {
        var umask = (byte)(_random.Next(256) & umaskBits);
        var code = new SelectUmaskEvent(select, umask).Encode(FilterEncoding.Raw);
        return _random.Next(6) switch
        {
            0 => new RawEvent(code | 1UL << _random.Next(64)),
            1 => new RawEvent(code),
            2 when vendor == CpuVendor.Intel => new RawEvent(code | 1UL << _random.Next(32, 36)),
            _ => new SelectUmaskEvent(select, umask),
        };
    }

    private void Spoil(ref byte[] bytes)
    {
        switch (_random.Next(7))
        {
            case 0:
                SetWord(bytes, 0, (uint)_random.Next(4));
                break;
            case 1:
                SetWord(bytes, 12, _random.Next(2) == 0 ? (uint)_random.Next(4) : 1u << _random.Next(32));
                break;
            case 2:
                SetWord(bytes, 4, _random.Next(3) switch { 0 => (uint)_random.Next(299, 303), 1 => (uint)_random.Next(), _ => (uint)_random.Next(12) });
                break;
            case 3:
                _random.NextBytes(bytes.AsSpan(Math.Min(16, bytes.Length), Math.Min(16, Math.Max(0, bytes.Length - 16))));
                break;
            case 4 or 5 when bytes.Length > 32:
                bytes[_random.Next(32, bytes.Length)] ^= (byte)(1 << _random.Next(8));
                break;
            default:
                bytes = bytes[..^_random.Next(Math.Min(bytes.Length, 20) + 1)];
                break;
        }
    }

    private static void SetWord(byte[] bytes, int offset, uint value)
    {
        if (bytes.Length >= offset + 4)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(offset), value);
        }
    }
}
