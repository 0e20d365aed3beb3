namespace Perfmon.Profiles;

/// <summary>How much of a <see cref="CallTree"/> is built. What is left out is in <see cref="CallTreeNode.Omitted"/>.</summary>
/// <param name="MinShare">Nodes with a smaller part of the whole, 0 to 1, are left out.</param>
/// <param name="MaxDepth">Nodes further from the root are left out.</param>
public readonly record struct CallTreeLimits(double MinShare = 0, int MaxDepth = int.MaxValue)
{
    /// <summary>Everything is built.</summary>
    public static CallTreeLimits None { get; } = new(0, int.MaxValue);
}
