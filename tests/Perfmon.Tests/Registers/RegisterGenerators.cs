using FsCheck;
using FsCheck.Fluent;
using Perfmon.Registers;

namespace Perfmon.Tests.Registers;

/// <summary>Random register values and selections, spread so that each rule is met as often as it is broken.</summary>
internal static class RegisterGenerators
{
    /// <summary>320 PMC values: zeros, virtual heads with few words, sparse and full random words.</summary>
    public static Arbitrary<ulong[]> Pmcs { get; } =
        Gen.Choose(int.MinValue, int.MaxValue).Select(seed => Values(new Random(seed))).ToArbitrary();

    /// <summary>Selections that the virtual registers can express.</summary>
    public static Arbitrary<EventSelection> Selections { get; } =
        Gen.Choose(int.MinValue, int.MaxValue).Select(seed => Selection(new Random(seed))).ToArbitrary();

    /// <summary>A model of every kind, and what they may be called with.</summary>
    public static IReadOnlyList<PmuModel> Models { get; } =
    [
        new IntelArchitecturalModel(8, 48, 4, 48),
        new IntelArchitecturalModel(16, 48, 16, 48, eventType: 10),
        new IntelArchitecturalModel(0, 0, 0, 0),
        new Amd64Model(4),
        new Amd64Model(6),
        new Amd64Model(16),
        new Armv8PmuV3Model(6, eventType: 8),
        new Armv8PmuV3Model(31, eventType: 8, counterWidth: 32),
        new Armv8PmuV3Model(0, eventType: 8),
    ];

    public static void Holds<T>(Arbitrary<T> values, Action<T> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(values, property));

    private static ulong[] Values(Random random)
    {
        var values = new ulong[RegisterSpace.Count];
        foreach (ref var value in values.AsSpan())
        {
            value = random.Next(5) switch
            {
                0 => 0,
                1 => Word(random),
                2 => Word(random) & Word(random) & Word(random),
                3 => 1UL << 63 | (ulong)(uint)random.Next(8) << 32 | 1UL << random.Next(64) | (uint)random.Next(256),
                _ => Word(random) & ~(0x7fUL << 56) | 1UL << 63 | 1UL << 22,
            };
        }

        return values;
    }

    private static EventSelection Selection(Random random)
    {
        var selection = new EventSelection
        {
            Type = random.Next(3) == 0 ? (uint)random.Next(0x10000) : (uint)random.Next(7),
            Config = Sometimes(random),
            Config1 = Sometimes(random),
            Config2 = Sometimes(random),
            Config3 = Sometimes(random),
            Config4 = Sometimes(random),
            Exclude = (Exclusions)random.Next(64),
            PreciseIp = (byte)random.Next(4),
        };
        return selection.Type != EventType.Breakpoint ? selection : selection with
        {
            Config = 0,
            Config2 = 1UL << random.Next(4),
            Breakpoint = (BreakpointAccess)random.Next(1, 7),
        };
    }

    private static ulong Sometimes(Random random) => random.Next(3) switch
    {
        0 => 0,
        1 => (uint)random.Next(),
        _ => Word(random),
    };

    private static ulong Word(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue);
}
