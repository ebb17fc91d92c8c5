namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Systems of particles as graphs.</summary>
[TestClass]
public class ParticleGraphTests
{
    private static readonly ParticleOptions Box = new() { Radius = 0.5, History = 2, Lower = [0, 0], Upper = [1, 2] };

    // Two particles that meet, and one far from them, at four times.
    private static readonly double[][] Times =
    [
        [0.1, 0.2, 0.5, 0.2, 0.9, 1.9],
        [0.2, 0.2, 0.5, 0.25, 0.9, 1.9],
        [0.25, 0.25, 0.5, 0.25, 0.9, 1.9],
        [0.25, 0.5, 0.45, 0.25, 0.9, 1.8],
    ];

    [TestMethod]
    public void Features_are_velocities_walls_and_relative_positions()
    {
        var graphs = new ParticleGraphs(Box with { PropertyCount = 1 });
        var row = graphs.Row(Times[..3], [7, 8, 9]);
        Assert.AreEqual(2 * 2 + 2 * 2 + 1, graphs.NodeFeatureCount);
        Assert.AreEqual(3, graphs.EdgeFeatureCount);
        CollectionAssert.AreEqual((int[])[1, 0, 0, 1], row.Edges);
        Close([0.1f, 0, 0.05f, 0.05f, 0.5f, 0.5f, 1, 1, 7], row.NodeFeatures[..9]);
        Close([0, 0, 0, 0, 1, 1, 0.2f, 0.2f, 9], row.NodeFeatures[18..]);
        Close([0.5f, 0, 0.5f, -0.5f, 0, 0.5f], row.EdgeFeatures);
        Assert.IsEmpty(row.Label);
    }

    [TestMethod]
    public void Labels_are_accelerations_also_beside_noise()
    {
        var graphs = new ParticleGraphs(Box);
        var row = graphs.Windows(Times).Single();
        Close([-0.05f, 0.2f, -0.05f, 0, 0, -0.1f], row.Label);
        var held = graphs.Windows(Times, isHeld: [false, true, false]).Single();
        Assert.IsTrue(float.IsNaN(held.Label[2]) && float.IsNaN(held.Label[3]));
        // With noise, what is read and what is learned still give the true next velocity; a particle that is held has none.
        var noisy = graphs.Windows(Times, isHeld: [false, true, false], noise: 0.1, seed: 3).Single();
        for (var i = 0; i < 6; i++)
        {
            var velocity = noisy.NodeFeatures[i / 2 * graphs.NodeFeatureCount + 2 + i % 2];
            if (i / 2 == 1)
                Assert.AreEqual(Times[2][i] - Times[1][i], velocity, 1e-6);
            else
                Assert.AreEqual(Times[3][i] - Times[2][i], velocity + noisy.Label[i], 1e-6);
        }
        CollectionAssert.AreEqual(noisy.NodeFeatures, graphs.Windows(Times, isHeld: [false, true, false], noise: 0.1, seed: 3).Single()
            .NodeFeatures);
        CollectionAssert.AreNotEqual(noisy.NodeFeatures, graphs.Windows(Times, noise: 0.1, seed: 4).Single().NodeFeatures);
    }

    [TestMethod]
    public void Noise_has_the_size_that_was_asked_for()
    {
        double[][] still = [.. Enumerable.Repeat(new double[2000], 6)];
        var graphs = new ParticleGraphs(new() { Radius = 1, History = 4, FixedEdges = [] });
        var row = graphs.Windows(still, noise: 0.2, seed: 5).First();
        double Size(int step) => Math.Sqrt(Enumerable.Range(0, 1000).Average(particle =>
            Math.Pow(row.NodeFeatures[particle * graphs.NodeFeatureCount + 2 * step], 2)));
        Assert.AreEqual(0.1, Size(0), 0.01);
        Assert.AreEqual(0.2, Size(3), 0.02);
    }

    [TestMethod]
    public void A_system_far_from_the_origin_has_the_same_features()
    {
        // Numbers that a shift by a power of two keeps.
        double[][] near = [.. Times.Select(time => time.Select(at => at + 1048576.0 - 1048576.0).ToArray())],
            far = [.. Times.Select(time => time.Select(at => at + 1048576.0).ToArray())];
        var here = new ParticleGraphs(Box).Windows(near).Single();
        var there = new ParticleGraphs(Box with { Lower = [1048576, 1048576], Upper = [1048577, 1048578] }).Windows(far).Single();
        CollectionAssert.AreEqual(here.NodeFeatures, there.NodeFeatures);
        CollectionAssert.AreEqual(here.EdgeFeatures, there.EdgeFeatures);
        CollectionAssert.AreEqual(here.Edges, there.Edges);
        CollectionAssert.AreEqual(here.Label, there.Label);
    }

    [TestMethod]
    public void A_mesh_has_its_edges_and_how_they_lie_at_rest()
    {
        var graphs = new ParticleGraphs(new()
            { Radius = 1, History = 1, FixedEdges = [0, 2, 2, 0], RestPositions = [0, 1, 3], RestDimensions = 1 });
        var row = graphs.Row(Times[..2]);
        CollectionAssert.AreEqual((int[])[0, 2, 2, 0], row.Edges);
        Assert.AreEqual(6, graphs.EdgeFeatureCount);
        Close([-0.7f, -1.7f, 1.838478f, -3, 3, 1.838478f - 3], row.EdgeFeatures[..6]);
    }

    [TestMethod]
    public void Parts_of_a_mesh_that_come_near_are_linked_anew()
    {
        // Three particles in a row are linked one with the next; the ends come near.
        var graphs = new ParticleGraphs(new()
        {
            Dimensions = 1, Radius = 2, History = 1, FixedEdges = [0, 1, 1, 2, 1, 0, 2, 1], RestPositions = [0, 1, 2], WorldRadius = 0.5,
        });
        Assert.AreEqual(6, graphs.EdgeFeatureCount);
        double[] apart = [0, 1, 2], near = [0, 1, 0.25];
        var row = graphs.Row([apart, apart]);
        CollectionAssert.AreEqual((int[])[0, 1, 1, 2, 1, 0, 2, 1], row.Edges);
        Close([-0.5f, 0.5f, -0.5f, 0.5f, 0, 0], row.EdgeFeatures[..6]);
        row = graphs.Row([apart, near]);
        CollectionAssert.AreEqual((int[])[0, 1, 1, 2, 2, 0, 1, 0, 2, 1, 0, 2], row.Edges);
        Close([0.375f, 0.375f, -0.5f, 0.5f, -0.125f, 0], row.EdgeFeatures[12..18]);
        Close([0.125f, 0.125f, 0, 0, 0, 1, -0.125f, 0.125f, 0, 0, 0, 1], row.EdgeFeatures[24..]);
        // Without a mesh at rest.
        graphs = new(graphs.Options with { RestPositions = null });
        Close([0.125f, 0.125f, 1, -0.125f, 0.125f, 1], graphs.Row([apart, near]).EdgeFeatures[12..]);
    }

    [TestMethod]
    public void Particles_at_one_place_and_a_radius_that_links_nothing_have_graphs()
    {
        double[][] same = [.. Enumerable.Repeat(new double[6], 3)];
        var row = new ParticleGraphs(new() { Radius = 1, History = 2 }).Row(same);
        Assert.HasCount(12, row.Edges);
        Assert.IsTrue(row.EdgeFeatures.All(feature => feature == 0));
        var alone = new ParticleGraphs(new() { Radius = 1e-9, History = 2 }).Row(Times);
        Assert.IsEmpty(alone.Edges);
        Assert.HasCount(12, alone.NodeFeatures);
        Assert.HasCount(12, new ParticleGraphs(new() { Radius = 1e9, History = 2 }).Row(Times).Edges);
    }

    [TestMethod]
    public void What_is_wrong_is_named()
    {
        Fails(() => new ParticleGraphs(new()), "Radius is 0", "above 0");
        Fails(() => new ParticleGraphs(new() { Radius = double.PositiveInfinity }), "Radius", "finite");
        Fails(() => new ParticleGraphs(Box with { History = 0 }), "History is 0", "at least 1");
        Fails(() => new ParticleGraphs(Box with { Lower = [0] }), "Lower is [0]", "2 finite coordinates");
        Fails(() => new ParticleGraphs(Box with { Upper = [1, 0] }), "Upper", "above Lower");
        Fails(() => new ParticleGraphs(Box with { RestPositions = [1, 2] }), "RestPositions", "FixedEdges");
        Fails(() => new ParticleGraphs(Box with { FixedEdges = [1] }), "FixedEdges is 1", "even");
        Fails(() => new ParticleGraphs(Box with { FixedEdges = [], MaxNeighbors = 3 }), "MaxNeighbors is 3", "null");
        Fails(() => new ParticleGraphs(Box with { WorldRadius = 1 }), "WorldRadius is 1", "FixedEdges");
        Fails(() => new ParticleGraphs(Box with { FixedEdges = [], WorldRadius = -1 }), "WorldRadius is -1", "above 0");
        Fails(() => new ParticleGraphs(Box with { FixedEdges = [0, 1], RestPositions = [0, 0] }), "Edge 0 goes from 0 to 1");
        var graphs = new ParticleGraphs(Box);
        Fails(() => graphs.Row(Times[..2]), "2 times", "at least 3");
        Fails(() => graphs.Row([Times[0], [1, 2], Times[1]]), "2 coordinates", "6");
        Fails(() => graphs.Row(Times, [1]), "1 properties", "expected 0");
        Fails(() => graphs.Row([Times[0], Times[1], [0, 0, 0, 0, 0, double.NaN]]), "coordinate of particle 2 is NaN");
        Fails(() => graphs.Row([Times[0], [0, double.PositiveInfinity, 0, 0, 0, 0], Times[1]]), "coordinate of particle 0 is Infinity");
        Fails(() => graphs.Windows(Times[..3]), "3 times", "at least 4");
        Fails(() => graphs.Windows(Times, isHeld: [true]), "1 flags", "expected 3");
        Fails(() => graphs.Windows(Times, noise: double.NaN), "noise is NaN");
        Fails(() => new ParticleGraphs(Box with { FixedEdges = [0, 5] }).Row(Times), "Edge 0 goes from 0 to 5", "0 to 2");
    }

    private static void Fails(Action action, params string[] parts)
    {
        var error = Assert.Throws<ArgumentException>(action);
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }

    private static void Close(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-6f, $"element {i}");
    }
}
