using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace Physics.Data;

/// <summary>
/// Drops of soft particles in a box, of mass 1 and with steps of length 1: gravity, and between particles that are closer than h, as at
/// walls, a push k (1 - r / h) and a friction that slows what moves towards each other, c (1 - r / h) Δv. Semi-implicit Euler steps.
/// </summary>
internal sealed class Fluid
{
    private const double Gravity = 1e-4, Push = 0.012, Friction = 0.15, WallPush = 0.02, WallFriction = 0.1;

    // The share of the box that particles fill, and their reach in units of their distance.
    private const double Filled = 0.32, Reach = 1.6;

    private readonly double[] _velocities;

    private Fluid(double[] positions, double[] velocities, double radius) =>
        (Positions, _velocities, Radius) = (positions, velocities, radius);

    internal double[] Positions { get; private set; }

    /// <summary>The distance at which particles begin to push.</summary>
    internal double Radius { get; }

    /// <summary>One or two drops at a random place, with a random velocity.</summary>
    internal static Fluid Drops(int particles, Random random)
    {
        var apart = Math.Sqrt(Filled / particles);
        var (positions, velocities) = (new double[2 * particles], new double[2 * particles]);
        var first = random.Next(2) == 0 ? particles : (int)(particles * (0.35 + 0.3 * random.NextDouble()));
        // Few are large: in half of the box they would stand higher than it is.
        if (Math.Ceiling(Math.Max(first, particles - first) / Math.Max(1, Math.Floor((0.5 - 3 * apart) / apart))) * apart > 1)
            first = particles;
        // Side by side, where there are two.
        Fill(0, first, 0, first == particles ? 1 : 0.5);
        Fill(first, particles, 0.5, 1);
        return new(positions, velocities, Reach * apart);

        void Fill(int from, int to, double left, double right)
        {
            if (to == from)
                return;
            var room = right - left - 3 * apart;
            var columns = (int)Math.Clamp(Math.Sqrt(to - from) * (0.7 + 0.8 * random.NextDouble()), 1, Math.Max(1, room / apart));
            var height = (to - from + columns - 1) / columns * apart;
            double x = left + 1.5 * apart + (room - columns * apart) * random.NextDouble(),
                y = 1.2 * apart + Math.Max(0, 1 - 2.4 * apart - height) * random.NextDouble(),
                sideways = 0.008 * (random.NextDouble() - 0.5), upwards = 0.008 * (random.NextDouble() - 0.5);
            for (var i = from; i < to; i++)
            {
                positions[2 * i] = x + (i - from) % columns * apart + 0.05 * apart * random.NextNormal();
                positions[2 * i + 1] = y + (i - from) / columns * apart + 0.05 * apart * random.NextNormal();
                (velocities[2 * i], velocities[2 * i + 1]) = (sideways, upwards);
            }
        }
    }

    /// <summary>The positions of this and the next steps.</summary>
    internal double[][] Run(int steps)
    {
        var times = new double[steps][];
        for (var step = 0; step < steps; step++)
        {
            times[step] = (double[])Positions.Clone();
            Step();
        }
        return times;
    }

    internal void Step()
    {
        var accelerations = Accelerations();
        for (var i = 0; i < Positions.Length; i++)
            Positions[i] += _velocities[i] += accelerations[i];
    }

    private double[] Accelerations()
    {
        var accelerations = new double[Positions.Length];
        var edges = NeighborGraph.WithinRadius(Positions, 2, Radius);
        for (var edge = 0; edge < edges.Length / 2; edge++)
        {
            int other = 2 * edges[edge], self = 2 * edges[edges.Length / 2 + edge];
            double x = Positions[self] - Positions[other], y = Positions[self + 1] - Positions[other + 1];
            var distance = Math.Sqrt(x * x + y * y);
            var near = 1 - distance / Radius;
            // Particles at one place have no direction to push in.
            var push = distance > 0 ? Push * near / distance : 0;
            accelerations[self] += push * x - Friction * near * (_velocities[self] - _velocities[other]);
            accelerations[self + 1] += push * y - Friction * near * (_velocities[self + 1] - _velocities[other + 1]);
        }
        for (var i = 0; i < accelerations.Length; i++)
        {
            double low = Math.Max(0, 1 - Positions[i] / Radius), high = Math.Max(0, 1 - (1 - Positions[i]) / Radius);
            accelerations[i] += WallPush * (low - high) - WallFriction * (low + high) * _velocities[i] - (i % 2 == 1 ? Gravity : 0);
        }
        return accelerations;
    }

    /// <summary>Energy per particle at the second of two times: of motion, of height, and of what is pressed together.</summary>
    internal static double Energy(double[] before, double[] now, double radius)
    {
        var energy = 0.0;
        for (var i = 0; i < now.Length; i++)
        {
            double velocity = now[i] - before[i], low = Math.Max(0, 1 - now[i] / radius), high = Math.Max(0, 1 - (1 - now[i]) / radius);
            energy += velocity * velocity / 2 + (i % 2 == 1 ? Gravity * now[i] : 0) + WallPush * radius / 2 * (low * low + high * high);
        }
        var edges = NeighborGraph.WithinRadius(now, 2, radius);
        var lengths = NeighborGraph.Differences(now, 2, edges, radius);
        for (var edge = 0; edge < edges.Length / 2; edge++)
            // Each pair has two edges.
            energy += Push * radius / 4 * (1 - lengths[3 * edge + 2]) * (1 - lengths[3 * edge + 2]);
        return energy / (now.Length / 2);
    }
}
