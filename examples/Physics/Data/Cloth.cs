using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace Physics.Data;

/// <summary>
/// A square cloth of points of mass 1 that hangs from two of its corners: springs along the sides and the diagonals of its squares, with
/// friction between their ends, gravity, air, and a push between points that no spring links and that come nearer than
/// <see cref="Thickness"/>. Axes are across, away and up. Semi-implicit Euler steps of length 1.
/// </summary>
internal sealed class Cloth
{
    private const double Gravity = 1.5e-4, Stiffness = 0.15, Friction = 0.03, Air = 0.001, Push = 0.1;

    private readonly (int One, int Other, double Length)[] _springs;
    private readonly HashSet<(int, int)> _linked;
    private readonly double[] _velocities;

    private Cloth(int side, double[] positions, double[] velocities)
    {
        (Side, Positions, _velocities) = (side, positions, velocities);
        _springs = [.. Links(side).Where(link => link.One < link.Other).Select(link => (link.One, link.Other,
            Length(side, link.One, link.Other)))];
        _linked = [.. Links(side)];
    }

    internal int Side { get; }

    internal double[] Positions { get; private set; }

    /// <summary>The distance below which points that no spring links push each other, for a cloth of side 1.</summary>
    internal static double Thickness(int side) => 0.7 / (side - 1);

    /// <summary>Its points at rest, in the plane: [points, 2].</summary>
    internal static double[] Rest(int side) => [.. Enumerable.Range(0, side * side).SelectMany(point =>
        (double[])[point % side / (side - 1.0), -(point / side) / (side - 1.0)])];

    /// <summary>The points that springs link, in both directions.</summary>
    internal static IEnumerable<(int One, int Other)> Links(int side) =>
        from one in Enumerable.Range(0, side * side)
        from other in Enumerable.Range(0, side * side)
        where one != other && Math.Abs(one % side - other % side) <= 1 && Math.Abs(one / side - other / side) <= 1
        select (one, other);

    /// <summary>Which points stay where they are: the first and the last of the upper edge.</summary>
    internal static bool[] Held(int side) => [.. Enumerable.Range(0, side * side).Select(point => point == 0 || point == side - 1)];

    /// <summary>A cloth that is let go: swung out by some angle, held by corners that may be nearer than it is wide, in folds.</summary>
    internal static Cloth Released(int side, Random random)
    {
        double angle = (random.NextDouble() - 0.5) * 2.4, width = 0.6 + 0.35 * random.NextDouble(), folds = 1 + random.Next(2),
            // Waves about as long as the cloth is wide.
            depth = 2 * width / (folds * Math.PI) * Math.Sqrt(1 / width - 1) * (random.Next(2) == 0 ? 1 : -1),
            away = 0.006 * (random.NextDouble() - 0.5), across = 0.003 * (random.NextDouble() - 0.5);
        var rest = Rest(side);
        var (positions, velocities) = (new double[3 * side * side], new double[3 * side * side]);
        for (var point = 0; point < side * side; point++)
        {
            double u = rest[2 * point], v = rest[2 * point + 1], fold = depth * Math.Sin(folds * Math.PI * u);
            positions[3 * point] = 0.5 + width * (u - 0.5);
            positions[3 * point + 1] = -v * Math.Sin(angle) + fold * Math.Cos(angle) + 1e-3 * random.NextNormal();
            positions[3 * point + 2] = v * Math.Cos(angle) + fold * Math.Sin(angle);
            (velocities[3 * point], velocities[3 * point + 1]) = (-across * v, -away * v);
        }
        return new(side, positions, velocities);
    }

    /// <summary>The positions of this and the next steps.</summary>
    internal double[][] Run(int steps)
    {
        var held = Held(Side);
        var times = new double[steps][];
        for (var step = 0; step < steps; step++)
        {
            times[step] = (double[])Positions.Clone();
            var forces = Forces();
            for (var i = 0; i < Positions.Length; i++)
                Positions[i] += held[i / 3] ? 0 : _velocities[i] += forces[i];
        }
        return times;
    }

    private double[] Forces()
    {
        var forces = new double[Positions.Length];
        for (var i = 0; i < forces.Length; i++)
            forces[i] = -Air * _velocities[i] - (i % 3 == 2 ? Gravity : 0);
        foreach (var (one, other, length) in _springs)
        {
            var distance = Distance(Positions, one, other);
            Pull(one, other, distance > 0 ? Stiffness * (1 - length / distance) : 0, Friction);
        }
        var near = NeighborGraph.WithinRadius(Positions, 3, Thickness(Side));
        for (int edge = 0, count = near.Length / 2; edge < count; edge++)
        {
            var (one, other) = (near[edge], near[count + edge]);
            if (one < other && !_linked.Contains((one, other)) && Distance(Positions, one, other) is > 0 and var distance)
                Pull(one, other, Push * (1 - Thickness(Side) / distance), 0);
        }
        return forces;

        void Pull(int one, int other, double strength, double friction)
        {
            for (var axis = 0; axis < 3; axis++)
            {
                int a = 3 * one + axis, b = 3 * other + axis;
                var force = strength * (Positions[b] - Positions[a]) + friction * (_velocities[b] - _velocities[a]);
                (forces[a], forces[b]) = (forces[a] + force, forces[b] - force);
            }
        }
    }

    /// <summary>Energy per point at the second of two times: of motion, of height, and of the springs.</summary>
    internal static double Energy(int side, double[] before, double[] now)
    {
        var energy = 0.0;
        for (var i = 0; i < now.Length; i++)
            energy += (now[i] - before[i]) * (now[i] - before[i]) / 2 + (i % 3 == 2 ? Gravity * (now[i] + 1) : 0);
        foreach (var (one, other) in Links(side).Where(link => link.One < link.Other))
        {
            var stretched = Distance(now, one, other) - Length(side, one, other);
            energy += Stiffness / 2 * stretched * stretched;
        }
        return energy / (now.Length / 3);
    }

    // Of a spring at rest: the side or the diagonal of a square.
    private static double Length(int side, int one, int other) =>
        (one % side != other % side && one / side != other / side ? Math.Sqrt(2) : 1) / (side - 1);

    private static double Distance(double[] positions, int one, int other)
    {
        double x = positions[3 * one] - positions[3 * other], y = positions[3 * one + 1] - positions[3 * other + 1],
            z = positions[3 * one + 2] - positions[3 * other + 2];
        return Math.Sqrt(x * x + y * y + z * z);
    }
}
