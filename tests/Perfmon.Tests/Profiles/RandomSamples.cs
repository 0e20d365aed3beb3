using FsCheck;
using FsCheck.Fluent;
using Perfmon.Profiles;
using Perfmon.Symbols;

namespace Perfmon.Tests.Profiles;

/// <summary>Samples with everything that stacks and names can have: recursion, no frames, no names, and every character that a format has a use for.</summary>
internal static class RandomSamples
{
    private static readonly string[] s_names =
    [
        "main", "main", "fib", "fib", "", "a;b", "operator \"\"", "f<T>(int&)", "</script><b>", "two\nlines", "tab\tand 12", "größe→☃𝒳", "'quoted'\\", "x 7", "-->", "\u2028", " ",
    ];

    private static readonly string[] s_modules = ["/bin/app", "/usr/lib/libc.so.6", "[kernel.kallsyms]", "[vdso]", "", "/tmp/a b;\"<&>.so"];

    private static readonly Gen<ProfileFrame> s_frame =
        from name in Gen.Elements(s_names)
        from module in Gen.Elements(s_modules)
        from kind in Gen.Elements(Enum.GetValues<FrameKind>())
        from address in Gen.Choose(0, 3)
        from inlined in Gen.Elements(true, false, false)
        from file in Gen.Elements(null, "a.c", "b\"<>.c")
        from line in Gen.Choose(0, 2)
        select new ProfileFrame(name, module, kind, (ulong)address, inlined, file, line);

    private static readonly Gen<TestSample> s_sample =
        from number in Gen.Choose(0, 1)
        from process in Gen.Choose(1, 2)
        from thread in Gen.Choose(1, 3)
        from comm in Gen.Elements("app", "a;b <&>\"", "sh\n1", "größe")
        from time in Gen.Choose(0, 1000)
        from weight in Gen.OneOf(Gen.Choose(0, 3).Select(small => (long)small), Gen.Choose(0, int.MaxValue).Select(large => (long)large << 8))
        from depth in Gen.Choose(0, 12)
        from frames in s_frame.ArrayOf(depth)
        select new TestSample(number, process, thread, comm, time, weight, frames);

    public static Arbitrary<List<TestSample>> Any { get; } = s_sample.ListOf().Select(samples => samples.ToList()).ToArbitrary();
}
