namespace Perfmon.Profiles;

/// <summary>A row of samples in a <see cref="SampleSpool"/>.</summary>
internal sealed class SpoolLane
{
    // The last block.
    internal TimedSample[] Samples = new TimedSample[8];
    internal int Count;

    // Those in the file.
    internal int Blocks;
    internal long FirstBlock;
    internal long NextBlock;
}
