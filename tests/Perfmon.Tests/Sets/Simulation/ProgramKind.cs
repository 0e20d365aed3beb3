namespace Perfmon.Tests.Sets.Simulation;

/// <summary>A kind of program: the pieces of one such program, of endless length, drawn by chance. The reference is taken for instructions.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Pieces">The pieces.</param>
/// <param name="Noise">How much the rates vary by themselves, as a share, over a millisecond.</param>
internal sealed record ProgramKind(string Name, Func<Randomness, IEnumerable<Piece>> Pieces, double Noise = 0.02)
{
    /// <summary>How long a simulated program runs, in milliseconds.</summary>
    public const double RunTime = 4000;

    /// <summary>One rate, and nothing but chance.</summary>
    public static readonly ProgramKind Steady = new("steady", random => Forever(() => new(RunTime, 200, 1e6)), Noise: 0);

    /// <summary>The same with an event in 5 ms.</summary>
    public static readonly ProgramKind Rare = new("steady, rare event", random => Forever(() => new(RunTime, 0.2, 1e6)), Noise: 0);

    /// <summary>Phases of 0.2 to 0.8 s, each with rates of its own of the event and of the reference.</summary>
    public static readonly ProgramKind Phased = new(
        "phased",
        random => Forever(() => new(random.Uniform(200, 800), random.LogUniform(4e3, 1e5), random.LogUniform(5e5, 2e6))));

    /// <summary>The same, and the reference does not show the phases.</summary>
    public static readonly ProgramKind PhasedUnseen = new(
        "phased, not in the reference",
        random => Forever(() => new(random.Uniform(200, 800), random.LogUniform(4e3, 1e5), 1e6)));

    /// <summary>A rate that doubles to quadruples, or falls likewise, over the run.</summary>
    public static readonly ProgramKind Drifting = new("drifting", random => Forever(() => Drift(random)));

    /// <summary>On for 5 ms and off for 15 ms, on average; the program goes on meanwhile, with fewer instructions.</summary>
    public static readonly ProgramKind Bursty = new("bursty", random => Alternating(random, new(5, 2e4, 1.5e6), new(15, 0, 1e6)));

    /// <summary>On for 2 ms, 20 times in a run on average, which the reference does not show: each set meets a few of them.</summary>
    public static readonly ProgramKind FewBursts = new("few bursts", random => Alternating(random, new(2, 2e4, 1e6), new(198, 0, 1e6)));

    /// <summary>A CPU that is busy for 3 ms and sleeps for 20 ms, on average.</summary>
    public static readonly ProgramKind Sleeping = new("sleeping", random => Alternating(random, new(3, 2e4, 1e6), new(20, 0, 0)));

    /// <summary>Something else every 3 ms on average; the event's rate goes with the square of the reference's.</summary>
    public static readonly ProgramKind Restless = new("restless", random => Forever(() => Square(random)));

    public static readonly IReadOnlyList<ProgramKind> All = [Steady, Rare, Phased, PhasedUnseen, Drifting, Bursty, FewBursts, Sleeping, Restless];

    private static IEnumerable<Piece> Forever(Func<Piece> next)
    {
        while (true)
        {
            yield return next();
        }
    }

    private static Piece Drift(Randomness random)
    {
        var (rate, growth) = (random.LogUniform(4e3, 1e5), random.Uniform(2, 4));
        return random.Below(2) == 0 ? new(2 * RunTime, rate, 1e6, rate * growth) : new(2 * RunTime, rate * growth, 1e6, rate);
    }

    private static Piece Square(Randomness random)
    {
        var relative = random.Uniform(0, 1);
        return new(random.Exponential(3), 2e4 * relative * relative, 1e6 * relative);
    }

    private static IEnumerable<Piece> Alternating(Randomness random, Piece on, Piece off)
    {
        for (var isOn = random.Below(2) == 0; ; isOn = !isOn)
        {
            var piece = isOn ? on : off;
            yield return piece with { Duration = random.Exponential(piece.Duration) };
        }
    }
}
