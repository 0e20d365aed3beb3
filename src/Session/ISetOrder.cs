namespace Perfmon.Session;

/// <summary>Which set comes next. One instance serves one session.</summary>
internal interface ISetOrder
{
    /// <summary>The place of the next set, 0 to <paramref name="count"/> - 1, after the one at <paramref name="active"/>.</summary>
    int Next(int active, int count);
}
