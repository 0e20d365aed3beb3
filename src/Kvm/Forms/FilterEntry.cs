using Perfmon.Kvm.Filters;

namespace Perfmon.Kvm.Forms;

/// <summary>An event of a filter's text.</summary>
/// <param name="Event">The event.</param>
/// <param name="Action">What the text says of it: its own action, or that of the whole.</param>
/// <param name="Place">Where it stands.</param>
public sealed record FilterEntry(FilterEvent Event, FilterAction Action, TextPlace Place);

/// <summary>The fixed counters of a filter's text.</summary>
/// <param name="Bitmap">Bit n is fixed counter n.</param>
/// <param name="Action">What the text says of them: their own action, or that of the whole.</param>
/// <param name="Place">Where they stand.</param>
public sealed record FixedCounterEntry(uint Bitmap, FilterAction Action, TextPlace Place);

/// <summary>A range of Arm events in a filter's text.</summary>
/// <param name="Range">The range with its action.</param>
/// <param name="Place">Where it stands.</param>
public sealed record ArmRangeEntry(ArmEventRange Range, TextPlace Place);
