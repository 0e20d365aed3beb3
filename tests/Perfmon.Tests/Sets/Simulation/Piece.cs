namespace Perfmon.Tests.Sets.Simulation;

/// <summary>A piece of a program's time in which its rates stay the same, or change evenly. Times are milliseconds, rates events in a millisecond.</summary>
internal readonly record struct Piece(double Duration, double Rate, double ReferenceRate, double LastRate)
{
    public Piece(double duration, double rate, double referenceRate)
        : this(duration, rate, referenceRate, rate)
    {
    }

    public double RateAt(double time) => Rate + ((LastRate - Rate) * (time / Duration));
}
