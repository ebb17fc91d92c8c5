namespace MLSeqGraph.Transforms;

/// <summary>How the state of a system of particles becomes a graph (<see cref="ParticleGraphs"/>).</summary>
public sealed record ParticleOptions
{
    /// <summary>Coordinates of a position, 1 or more; 2 by default.</summary>
    public int Dimensions { get; init; } = 2;

    /// <summary>
    /// The distance within which particles are linked, in the unit of the positions; also the unit of relative positions and of distances
    /// to walls. Infinity isn't allowed, since it is a unit. Must be set.
    /// </summary>
    public double Radius { get; init; }

    /// <summary>The most edges that end at a particle, those from its nearest neighbors; null, the default, for no limit.</summary>
    public int? MaxNeighbors { get; init; }

    /// <summary>
    /// Edges that don't depend on where particles are, such as those of a mesh, [2, edges], sources then targets. They replace the links
    /// within the radius, which stays the unit. Null, the default, for none.
    /// </summary>
    public int[]? FixedEdges { get; init; }

    /// <summary>
    /// Positions of the particles at rest, [particles, dimensions of rest], for <see cref="FixedEdges"/>: how edges lie there is a feature
    /// beside how they lie now (Pfaff et al. 2021). Null, the default, for none.
    /// </summary>
    public double[]? RestPositions { get; init; }

    /// <summary>Coordinates of <see cref="RestPositions"/>; null, the default, for as many as <see cref="Dimensions"/>.</summary>
    public int? RestDimensions { get; init; }

    /// <summary>
    /// The distance within which particles that no fixed edge links are linked as well, anew in each step, so that parts of a mesh that
    /// touch act on each other (the world edges of Pfaff et al. 2021); a last feature says which edges these are. Null, the default, for
    /// none.
    /// </summary>
    public double? WorldRadius { get; init; }

    /// <summary>Last velocities of a particle that are features, 1 or more; 5 by default, as in the paper.</summary>
    public int History { get; init; } = 5;

    /// <summary>
    /// The lower walls of a box, one coordinate an axis; distances to walls up to the radius are features. Null, the default, for no walls.
    /// </summary>
    public double[]? Lower { get; init; }

    /// <summary>The upper walls; null, the default, for none.</summary>
    public double[]? Upper { get; init; }

    /// <summary>Further numbers that stay with a particle, such as its mass or one-hot kind; 0 by default.</summary>
    public int PropertyCount { get; init; }

    internal int RestAxes => RestPositions is null ? 0 : RestDimensions ?? Dimensions;

    internal ParticleOptions Checked()
    {
        Check(Dimensions >= 1, nameof(Dimensions), Dimensions, "at least 1");
        Check(Radius > 0 && double.IsFinite(Radius), nameof(Radius), Radius, "a finite distance above 0");
        Check(MaxNeighbors is null or >= 1, nameof(MaxNeighbors), MaxNeighbors, "at least 1, or null for no limit");
        Check(History >= 1, nameof(History), History, "at least 1");
        Check(PropertyCount >= 0, nameof(PropertyCount), PropertyCount, "at least 0");
        Check(FixedEdges is null || FixedEdges.Length % 2 == 0, nameof(FixedEdges), FixedEdges?.Length,
            "an even count of ends, sources then targets");
        Check(FixedEdges is null || MaxNeighbors is null, nameof(MaxNeighbors), MaxNeighbors, "null where edges are fixed");
        Check(RestPositions is null || FixedEdges is not null, nameof(RestPositions), "set", $"null without {nameof(FixedEdges)}");
        Check(WorldRadius is null || (WorldRadius > 0 && double.IsFinite(WorldRadius.Value)), nameof(WorldRadius), WorldRadius,
            "a finite distance above 0, or null for no world edges");
        Check(WorldRadius is null || FixedEdges is not null, nameof(WorldRadius), WorldRadius, $"null without {nameof(FixedEdges)}");
        Check(RestDimensions is null or >= 1, nameof(RestDimensions), RestDimensions, "at least 1");
        Check(RestPositions is null || RestPositions.Length % RestAxes == 0, nameof(RestPositions), RestPositions?.Length,
            $"a multiple of {RestAxes} coordinates");
        foreach (var (name, walls) in ((string, double[]?)[])[(nameof(Lower), Lower), (nameof(Upper), Upper)])
            Check(walls is null || (walls.Length == Dimensions && walls.All(double.IsFinite)), name,
                $"[{string.Join(", ", walls ?? [])}]", $"{Dimensions} finite coordinates, or null for no walls");
        Check(Lower is null || Upper is null || Lower.Zip(Upper).All(wall => wall.First < wall.Second), nameof(Upper),
            $"[{string.Join(", ", Upper ?? [])}]", $"above {nameof(Lower)}, [{string.Join(", ", Lower ?? [])}]");
        return this;
    }

    private static void Check(bool holds, string name, object? found, string expected)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{name} is {found ?? "null"}; expected {expected}."), name);
    }
}
