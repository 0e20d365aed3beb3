using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perfmon.Tests.Abi;

/// <summary>Where the runtime puts a field of a struct without references: what the kernel gets, not what marshalling would make.</summary>
internal sealed record FieldLayout(FieldInfo Field, int Offset, int Size)
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The fields of <paramref name="type"/>, private ones included, by offset.</summary>
    public static IReadOnlyList<FieldLayout> Of(Type type) =>
        [.. type.GetFields(Instance).Select(field => Measure(type, field)).OrderBy(layout => layout.Offset)];

    /// <summary>The size of <paramref name="type"/> in bytes.</summary>
    public static int SizeOf(Type type) => (int)Call(nameof(SizeOf), [type])!;

    private static int SizeOf<T>() => Unsafe.SizeOf<T>();

    private static FieldLayout Measure(Type type, FieldInfo field) =>
        new(field, (int)Call(nameof(OffsetOf), [type, field.FieldType], field)!, SizeOf(field.FieldType));

    // The offset is the first byte that changes when the field is filled with ones in a struct of zeros.
    private static int OffsetOf<TStruct, TField>(FieldInfo field)
        where TStruct : struct
        where TField : struct
    {
        TField ones = default;
        MemoryMarshal.AsBytes(new Span<TField>(ref ones)).Fill(0xFF);
        object boxed = default(TStruct);
        field.SetValue(boxed, ones);
        var filled = (TStruct)boxed;
        return MemoryMarshal.AsBytes(new Span<TStruct>(ref filled)).IndexOf((byte)0xFF);
    }

    private static object? Call(string name, Type[] types, params object[] arguments) => typeof(FieldLayout)
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
        .Single(method => method.Name == name && method.IsGenericMethodDefinition)
        .MakeGenericMethod(types)
        .Invoke(null, arguments);
}
