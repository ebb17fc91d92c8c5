using System.Diagnostics;
using Examples;
using Physics.Data;

namespace Physics;

/// <summary>What is simulated where no data is given; runs differ, whatever the seed of the network.</summary>
internal static class Simulations
{
    private const int UsualParticles = 300, UsualVertices = 100, UsualRuns = 12;

    internal static ParticleData Box(Options options)
    {
        var radius = 0.0;
        var (runs, stepsPerSecond) = Runs(options, (random, steps) =>
        {
            var fluid = Fluid.Drops(options.Particles ?? UsualParticles, random);
            radius = fluid.Radius;
            return fluid.Run(steps);
        });
        return new("drops in a box", 2, runs[..^2], [runs[^2]], [runs[^1]], radius, [0, 0], [1, 1])
        {
            Energy = (before, now) => Fluid.Energy(before, now, radius), StepsPerSecond = stepsPerSecond,
        };
    }

    internal static ParticleData Cloth(Options options)
    {
        var side = Math.Max(3, (int)Math.Round(Math.Sqrt(options.Particles ?? UsualVertices)));
        var (runs, stepsPerSecond) = Runs(options, (random, steps) => Data.Cloth.Released(side, random).Run(steps));
        (int One, int Other)[] links = [.. Data.Cloth.Links(side)];
        // Lengths are in sides of the squares; the space is what the picture shows.
        return new("a hanging cloth", 3, runs[..^2], [runs[^2]], [runs[^1]], 1 / (side - 1.0), [-0.3, -1, -1.3], [1.3, 1, 0.2])
        {
            Mesh = new(side, [.. links.Select(link => link.One), .. links.Select(link => link.Other)], Data.Cloth.Rest(side),
                Data.Cloth.Held(side), Data.Cloth.Thickness(side)),
            Energy = (before, now) => Data.Cloth.Energy(side, before, now), StepsPerSecond = stepsPerSecond,
        };
    }

    private static (Trajectory[] Runs, double StepsPerSecond) Runs(Options options, Func<Random, int, double[][]> simulate)
    {
        var random = new Random(1);
        var steps = (options.Steps ?? Options.UsualSteps) + options.History + 2;
        var clock = Stopwatch.StartNew();
        Trajectory[] runs = [.. Enumerable.Range(0, (options.Runs ?? UsualRuns) + 2).Select(run =>
            new Trajectory($"{run}", simulate(random, steps)))];
        return (runs, runs.Length * steps / clock.Elapsed.TotalSeconds);
    }
}
