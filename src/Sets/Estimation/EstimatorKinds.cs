namespace Perfmon.Sets.Estimation;

/// <summary>The estimators there are. Another one is a class and a line here.</summary>
public static class EstimatorKinds
{
    /// <summary>Every kind, the simplest first.</summary>
    public static IReadOnlyList<EstimatorKind> All { get; } =
    [
        ConstantRatio.Description,
        Trapezoid.Description,
        ReferenceRatio.Description,
    ];

    /// <summary>
    /// The one to use when nothing else is known: <see cref="ReferenceRatio"/>, which is <see cref="Trapezoid"/> where the reference counts nothing.
    /// </summary>
    public static EstimatorKind Default => ReferenceRatio.Description;

    /// <summary>The kind with that name, in any case; null where there is none.</summary>
    public static EstimatorKind? Find(string name) => All.FirstOrDefault(kind => kind.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
