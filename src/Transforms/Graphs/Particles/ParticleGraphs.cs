using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Makes graphs of systems of particles, for learned simulators (Sanchez-Gonzalez et al. 2020, "GNS"; Pfaff et al. 2021,
/// "MeshGraphNets"): the same for training and for <see cref="ParticleRollout"/>. Nodes have their last velocities, oldest first, the
/// distances to the walls and their properties; edges, the difference of the positions and its length in radii; where positions at rest are
/// known these at rest too, and how much longer the edge is now; and whether it is a world edge. No feature depends on where the whole
/// system is, so that a network can't depend on it either.
/// </summary>
public sealed class ParticleGraphs
{
    private readonly ParticleOptions _options;
    private readonly float[] _ofRest;
    private readonly HashSet<(int, int)> _fixed = [];

    /// <summary>Checks the options.</summary>
    /// <param name="options">What becomes of a system.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public ParticleGraphs(ParticleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Checked();
        _ofRest = options.RestPositions is null ? []
            : NeighborGraph.Differences(options.RestPositions, options.RestAxes, options.FixedEdges, options.Radius);
        if (options.WorldRadius is not null)
            for (int edge = 0, count = options.FixedEdges!.Length / 2; edge < count; edge++)
                _fixed.Add((options.FixedEdges[edge], options.FixedEdges[count + edge]));
    }

    /// <summary>The options.</summary>
    public ParticleOptions Options => _options;

    /// <summary>Positions that a graph is made of: one more than velocities.</summary>
    public int Frames => _options.History + 1;

    /// <summary>Features of a node.</summary>
    public int NodeFeatureCount => _options.History * _options.Dimensions + Walls.Count() * _options.Dimensions + _options.PropertyCount;

    /// <summary>Features of an edge.</summary>
    public int EdgeFeatureCount => _options.Dimensions + 1 + (_options.RestPositions is null ? 0 : _options.RestAxes + 2)
        + (_options.WorldRadius is null ? 0 : 1);

    /// <summary>The columns of <see cref="ParticleRow"/>.</summary>
    public GraphColumns Columns => new()
    {
        NodeFeatureCount = NodeFeatureCount, EdgeFeaturesColumnName = nameof(ParticleRow.EdgeFeatures), EdgeFeatureCount = EdgeFeatureCount,
    };

    private IEnumerable<(double[] At, int Sign)> Walls => ((double[]?, int)[])[(_options.Lower, 1), (_options.Upper, -1)] is var walls
        ? walls.Where(wall => wall.Item1 is not null).Select(wall => (wall.Item1!, wall.Item2)) : [];

    /// <summary>The graph of a system whose last positions are known.</summary>
    /// <param name="positions">The last <see cref="Frames"/> positions, oldest first, each [particles, dimensions].</param>
    /// <param name="properties">[particles, properties]; null where there are none.</param>
    /// <exception cref="ArgumentException">
    /// There are too few positions, or of different lengths; a coordinate is no finite number; properties are missing.
    /// </exception>
    public ParticleRow Row(IReadOnlyList<double[]> positions, float[]? properties = null)
    {
        ArgumentNullException.ThrowIfNull(positions);
        if (positions.Count < Frames)
            throw new ArgumentException($"There are {positions.Count} times; expected at least {Frames}, which give {_options.History} "
                + "velocities.", nameof(positions));
        var (dimensions, history) = (_options.Dimensions, _options.History);
        var now = positions[^1];
        var count = now.Length / dimensions;
        if (positions.Skip(positions.Count - Frames).FirstOrDefault(frame => frame.Length != now.Length) is { } other)
            throw new ArgumentException($"A time has {other.Length} coordinates and the last one {now.Length}; expected as many.",
                nameof(positions));
        foreach (var frame in positions.Skip(positions.Count - Frames))
            if (Array.FindIndex(frame, at => !double.IsFinite(at)) is >= 0 and var bad)
                throw new ArgumentException(FormattableString.Invariant(
                    $"A coordinate of particle {bad / dimensions} is {frame[bad]}; expected a finite number."), nameof(positions));
        if ((properties?.Length ?? 0) != count * _options.PropertyCount)
            throw new ArgumentException($"{count} particles have {properties?.Length ?? 0} properties; expected {_options.PropertyCount} "
                + "each.", nameof(properties));
        var edges = Edges(now);
        var row = new ParticleRow { NodeFeatures = new float[count * NodeFeatureCount], Edges = edges, EdgeFeatures = OfEdges(now, edges) };
        for (int particle = 0, at = 0; particle < count; particle++)
        {
            for (var step = 0; step < history; step++)
                for (var axis = 0; axis < dimensions; axis++)
                {
                    var (before, after) = (positions[^(history - step + 1)], positions[^(history - step)]);
                    row.NodeFeatures[at++] = (float)(after[particle * dimensions + axis] - before[particle * dimensions + axis]);
                }
            foreach (var (wall, sign) in Walls)
                for (var axis = 0; axis < dimensions; axis++)
                    row.NodeFeatures[at++] = (float)Math.Clamp(
                        sign * (now[particle * dimensions + axis] - wall[axis]) / _options.Radius, -1, 1);
            for (var property = 0; property < _options.PropertyCount; property++)
                row.NodeFeatures[at++] = properties![particle * _options.PropertyCount + property];
        }
        return row;
    }

    /// <summary>Rows to train on: each time of a trajectory that has enough before it and one behind it.</summary>
    /// <param name="trajectory">Positions by time, each [particles, dimensions].</param>
    /// <param name="properties">[particles, properties]; null where there are none.</param>
    /// <param name="isHeld">Which particles don't move by themselves, so that there is nothing to learn; null for none.</param>
    /// <param name="noise">
    /// Standard deviation of the noise that the last velocity gets, in units of length per step: a random walk through the velocities, as
    /// their errors in a rollout add up (Sanchez-Gonzalez et al. 2020, section 4.2). The label is what leads to the true next velocity. 0
    /// for none.
    /// </param>
    /// <param name="seed">Decides the noise.</param>
    /// <param name="every">Takes each n-th time.</param>
    /// <exception cref="ArgumentException">As <see cref="Row"/>, or noise or steps are out of range.</exception>
    public IEnumerable<ParticleRow> Windows(IReadOnlyList<double[]> trajectory, float[]? properties = null, bool[]? isHeld = null,
        double noise = 0, int seed = 0, int every = 1)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        if (!(noise >= 0) || !double.IsFinite(noise))
            throw new ArgumentOutOfRangeException(nameof(noise), noise, $"The noise is {noise}; expected a finite number of at least 0.");
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        if (trajectory.Count < Frames + 1)
            throw new ArgumentException($"A trajectory has {trajectory.Count} times; expected at least {Frames + 1}, {Frames} that are "
                + "read and one that is learned.", nameof(trajectory));
        CheckHeld(isHeld, trajectory[0].Length);
        return Made();

        IEnumerable<ParticleRow> Made()
        {
            var random = new Random(seed);
            for (var time = Frames - 1; time < trajectory.Count - 1; time += every)
                yield return Window(trajectory, time, properties, isHeld, noise, random);
        }
    }

    /// <summary>Checks that there is a flag for each particle, or none at all.</summary>
    /// <exception cref="ArgumentException">It isn't so.</exception>
    internal void CheckHeld(bool[]? isHeld, int coordinates)
    {
        if (isHeld is not null && isHeld.Length != coordinates / _options.Dimensions)
            throw new ArgumentException($"{isHeld.Length} flags say which particles are held; expected "
                + $"{coordinates / _options.Dimensions}, one a particle.", nameof(isHeld));
    }

    private ParticleRow Window(IReadOnlyList<double[]> trajectory, int time, float[]? properties, bool[]? isHeld, double noise,
        Random random)
    {
        var size = trajectory[time].Length;
        double[][] frames = [.. Enumerable.Range(time - Frames + 1, Frames).Select(frame => (double[])trajectory[frame].Clone())];
        if (noise > 0)
        {
            var (velocity, position) = (new double[size], new double[size]);
            var each = noise / Math.Sqrt(_options.History);
            for (var frame = 1; frame < Frames; frame++)
                for (var i = 0; i < size; i++)
                    if (isHeld?[i / _options.Dimensions] != true)
                    {
                        velocity[i] += each * random.NextNormal();
                        position[i] += velocity[i];
                        frames[frame][i] += position[i];
                    }
        }
        var row = Row(frames, properties);
        row.Label = new float[size];
        for (var i = 0; i < size; i++)
            // The true velocity behind, less the one that is read.
            row.Label[i] = isHeld?[i / _options.Dimensions] == true ? float.NaN
                : (float)(trajectory[time + 1][i] - trajectory[time][i] - (frames[^1][i] - frames[^2][i]));
        return row;
    }

    // Those of the mesh come first.
    private int[] Edges(double[] now)
    {
        if (_options.FixedEdges is not { } mesh)
            return NeighborGraph.WithinRadius(now, _options.Dimensions, _options.Radius, _options.MaxNeighbors);
        if (_options.WorldRadius is not { } radius)
            return mesh;
        var near = NeighborGraph.WithinRadius(now, _options.Dimensions, radius);
        int half = mesh.Length / 2, count = near.Length / 2;
        int[] world = [.. Enumerable.Range(0, count).Where(edge => !_fixed.Contains((near[edge], near[count + edge])))];
        return [.. mesh[..half], .. world.Select(edge => near[edge]), .. mesh[half..], .. world.Select(edge => near[count + edge])];
    }

    private float[] OfEdges(double[] now, int[] edges)
    {
        var differences = NeighborGraph.Differences(now, _options.Dimensions, edges, _options.Radius);
        int width = _options.Dimensions + 1, ofRest = _options.RestPositions is null ? 0 : _options.RestAxes + 1;
        if (EdgeFeatureCount == width)
            return differences;
        var all = new float[edges.Length / 2 * EdgeFeatureCount];
        for (var edge = 0; edge < edges.Length / 2; edge++)
        {
            var row = all.AsSpan(edge * EdgeFeatureCount, EdgeFeatureCount);
            differences.AsSpan(edge * width, width).CopyTo(row);
            if (edge >= _options.FixedEdges!.Length / 2)
                row[^1] = 1;
            else
                _ofRest.AsSpan(edge * ofRest, ofRest).CopyTo(row[width..]);
            // Too small a part of the two lengths to be learned from these.
            if (ofRest > 0 && edge < _options.FixedEdges!.Length / 2)
                row[width + ofRest] = row[width - 1] - row[width + ofRest - 1];
        }
        return all;
    }
}
