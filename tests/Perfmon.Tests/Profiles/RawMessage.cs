using Google.Protobuf;

namespace Perfmon.Tests.Profiles;

/// <summary>A message of protobuf by its field numbers, without any description of it.</summary>
internal sealed class RawMessage
{
    private readonly List<(int Field, ulong Number, byte[]? Bytes)> _fields = [];

    public RawMessage(byte[] bytes)
    {
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is var tag and not 0)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.Varint:
                    _fields.Add((field, input.ReadUInt64(), null));
                    break;
                case WireFormat.WireType.Fixed64:
                    _fields.Add((field, input.ReadFixed64(), null));
                    break;
                case WireFormat.WireType.LengthDelimited:
                    _fields.Add((field, 0, input.ReadBytes().ToByteArray()));
                    break;
                default:
                    Assert.Fail($"field {field} is neither a number nor bytes: tag {tag}");
                    break;
            }
        }
    }

    public IEnumerable<int> Fields => _fields.Select(entry => entry.Field).Distinct().Order();

    public ulong Number(int field) => _fields.LastOrDefault(entry => entry.Field == field).Number;

    public IEnumerable<RawMessage> Messages(int field) => Bytes(field).Select(bytes => new RawMessage(bytes));

    public IEnumerable<string> Strings(int field) => Bytes(field).Select(bytes => System.Text.Encoding.UTF8.GetString(bytes));

    /// <summary>Repeated numbers, packed or not.</summary>
    public List<ulong> Numbers(int field)
    {
        var numbers = new List<ulong>();
        foreach (var entry in _fields.Where(entry => entry.Field == field))
        {
            if (entry.Bytes is null)
            {
                numbers.Add(entry.Number);
                continue;
            }

            var input = new CodedInputStream(entry.Bytes);
            while (!input.IsAtEnd)
            {
                numbers.Add(input.ReadUInt64());
            }
        }

        return numbers;
    }

    private IEnumerable<byte[]> Bytes(int field) => _fields.Where(entry => entry.Field == field).Select(entry => entry.Bytes!);
}
