using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Perfmon.Native.Abi;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Abi;

/// <summary>
/// Writes the C program that proves C# declarations against the installed kernel headers: sizes, offsets and constants by static
/// assertions, which fail to compile; bit-fields, which have no offset, by storing in each and comparing the word it lies in.
/// </summary>
internal sealed partial class HeaderProof
{
    private const BindingFlags Constants = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private const string Prologue = """
        #include <stddef.h>
        #include <stdio.h>
        #include <string.h>
        #include <linux/version.h>
        #include <linux/perf_event.h>
        #include <linux/hw_breakpoint.h>
        #include <linux/kvm.h>

        static int wrong;

        #define CHECK_BITS(type, member, value, offset, size, ours) do { \
            type whole; \
            unsigned long long word = 0; \
            memset(&whole, 0, sizeof whole); \
            whole.member = (value); \
            memcpy(&word, (char *)&whole + (offset), (size)); \
            if (word != (ours)) { \
                printf("wrong: " #member " is 0x%llx in the header, 0x%llx here\n", word, (ours)); \
                wrong = 1; \
            } \
        } while (0)

        int main(void)
        {

        """;

    private readonly StringBuilder _program = new(Prologue);
    private readonly HashSet<Type> _placedBitFields = [];

    /// <summary>The program for the declarations of <paramref name="types"/>; it ends with 0 when they agree with the headers.</summary>
    /// <exception cref="InvalidOperationException">An enum of bit-fields is the type of no field, so nothing says where its word is.</exception>
    public static string Write(IReadOnlyCollection<Type> types)
    {
        var proof = new HeaderProof();
        foreach (var type in types)
        {
            if (type.GetCustomAttribute<CStructAttribute>() is { } c)
                proof.AddStruct(type, c);
            proof.AddConstants(type);
        }

        if (types.FirstOrDefault(type => IsBitFields(type) && !proof._placedBitFields.Contains(type)) is { } lost)
            throw new InvalidOperationException($"{lost.Name} has bit-fields, but no [CStruct] struct has a field of this type.");

        return proof._program.Append("    return wrong;\n}\n").ToString();
    }

    /// <summary>Compiles and runs the program; fails with what the compiler or the program says. Returns what it could not prove.</summary>
    public static IReadOnlyList<string> Run(IReadOnlyCollection<Type> types) =>
        RunResult.Run(CProgram.Compile(Write(types), "header-proof")).Succeeded()
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The constants of <paramref name="types"/> that name no counterpart in C, so that nothing compares them.</summary>
    public static IEnumerable<string> Uncompared(IEnumerable<Type> types) =>
        from type in types
        from field in type.GetFields(Constants)
        where field.IsLiteral && !field.IsDefined(typeof(CConstantAttribute)) && !field.IsDefined(typeof(CBitFieldAttribute))
        select $"{type.Name}.{field.Name}";

    private void AddStruct(Type type, CStructAttribute c)
    {
        var name = $"struct {c.Name}";
        var since = type.GetCustomAttribute<CSinceAttribute>();
        var fields = FieldLayout.Of(type);
        AddSize(type, c, fields, since);
        foreach (var (field, offset, size) in fields)
        {
            var fieldSince = field.GetCustomAttribute<CSinceAttribute>() ?? since;
            if (MemberName(field) is { } member)
            {
                Add($"{c.Name}.{member}", fieldSince,
                    Assertion($"offsetof({name}, {member}) == {offset}", $"offset of {c.Name}.{member}, here {offset}")
                    + Assertion($"sizeof((({name} *)0)->{member}) == {size}", $"size of {c.Name}.{member}, here {size}"));
            }

            if (IsBitFields(field.FieldType))
                AddBitFields(field.FieldType, name, offset, size, fieldSince);
        }
    }

    // Older headers end where the fields begin that they lack.
    private void AddSize(Type type, CStructAttribute c, IReadOnlyList<FieldLayout> fields, CSinceAttribute? since)
    {
        var size = FieldLayout.SizeOf(type);
        var assertions = new StringBuilder();
        foreach (var (field, offset, _) in fields.Reverse())
        {
            if (field.GetCustomAttribute<CSinceAttribute>() is not { } newer)
                break;
            assertions.Append(CultureInfo.InvariantCulture, $"#if {newer.Condition}\n{SizeAssertion(size)}#else\n");
            size = offset;
        }

        var nested = assertions.ToString();
        Add($"size of {c.Name}", since, nested + SizeAssertion(size) + string.Concat(Enumerable.Repeat("#endif\n", nested.Split("#else").Length - 1)));

        string SizeAssertion(int bytes) =>
            Assertion($"sizeof(struct {c.Name}) {(c.IsPrefix ? ">=" : "==")} {bytes}", $"size of {c.Name}, here {bytes}");
    }

    private void AddBitFields(Type type, string name, int offset, int size, CSinceAttribute? since)
    {
        _placedBitFields.Add(type);
        foreach (var field in type.GetFields(Constants))
        {
            if (field.GetCustomAttribute<CBitFieldAttribute>() is { } bits)
            {
                Add($"{name}.{bits.Name}", field.GetCustomAttribute<CSinceAttribute>() ?? since,
                    $"    CHECK_BITS({name}, {bits.Name}, {bits.Value}, {offset}, {size}, {Literal(field)});\n");
            }
        }
    }

    private void AddConstants(Type type)
    {
        foreach (var field in type.GetFields(Constants))
        {
            if (field.GetCustomAttribute<CConstantAttribute>() is { } c)
            {
                Add(c.Name, field.GetCustomAttribute<CSinceAttribute>(),
                    Assertion($"(unsigned long long)({c.Name}) == {Literal(field)}", $"{c.Name}, here {Literal(field)}"));
            }
        }
    }

    private void Add(string what, CSinceAttribute? since, string code)
    {
        if (since is null)
            _program.Append(code);
        else
            _program.Append(CultureInfo.InvariantCulture, $"#if {since.Condition}\n{code}#else\n    puts(\"{what}: needs {since.Condition}\");\n#endif\n");
    }

    private static string Assertion(string condition, string message) => $"    _Static_assert({condition}, \"{message}\");\n";

    private static string? MemberName(FieldInfo field) =>
        field.GetCustomAttribute<CFieldAttribute>()?.Name
        ?? (field.IsPrivate || IsBitFields(field.FieldType) ? null : WordStart().Replace(field.Name, "_").ToLowerInvariant());

    private static bool IsBitFields(Type type) =>
        type.IsEnum && type.GetFields(Constants).Any(field => field.IsDefined(typeof(CBitFieldAttribute)));

    // As C converts to unsigned long long: the sign is extended.
    private static string Literal(FieldInfo field)
    {
        var value = field.GetRawConstantValue()!;
        var word = value is ulong large ? large : unchecked((ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture));
        return $"0x{word:x}ULL";
    }

    [GeneratedRegex("(?<=.)(?=[A-Z])")]
    private static partial Regex WordStart();
}
