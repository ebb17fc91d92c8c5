using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace Proteins.Data;

/// <summary>A chain as a row of the data view: residues are nodes, linked with their ten nearest ones in space.</summary>
internal sealed class ResidueRow
{
    internal const int Neighbors = 10;
    private const double Crowd = 10;

    internal const int EdgeFeatureCount = 3;

    internal static GraphColumns Columns => new() { NodeFeatureCount = Residues.Width + 1, EdgeFeaturesColumnName = nameof(EdgeFeatures) };

    /// <summary>The numbers of each residue, and how many others are within 10 Å: those at the surface have few.</summary>
    public float[] NodeFeatures { get; set; } = [];

    public int[] Edges { get; set; } = [];

    /// <summary>Of each edge the distance, whether the two are next to each other in the sequence, and whether one is in front.</summary>
    [VectorType(0, EdgeFeatureCount)]
    public VBuffer<float> EdgeFeatures { get; set; }

    /// <summary>2 for residues of the interface, 1 for others, 0 (missing) where the place isn't known.</summary>
    [KeyType(2)]
    public uint[] Label { get; set; } = [];

    internal static ResidueRow Of(Chain chain, bool[] isInterface, bool hasEdges)
    {
        int[] known = [.. Enumerable.Range(0, chain.Length).Where(residue => chain.HasPlaces(residue, residue))];
        double[] places = [.. known.SelectMany(residue => chain.Beta!.Skip(3 * residue).Take(3).Select(x => (double)x))];
        int[] near = !hasEdges || known.Length < 2 ? [] : NeighborGraph.Nearest(places, 3, Math.Min(Neighbors, known.Length - 1));
        var count = near.Length / 2;
        float[] ofEdges = [.. Enumerable.Range(0, count).SelectMany(edge =>
        {
            var (from, to) = (known[near[edge]], known[near[count + edge]]);
            return (float[])[(float)chain.Distance(from, to) / 10, Math.Abs(from - to) == 1 ? 1 : 0, from < to ? 1 : 0];
        })];
        var numbers = Residues.Of(chain.Sequence);
        return new()
        {
            NodeFeatures = [.. Enumerable.Range(0, chain.Length).SelectMany(residue => numbers.Skip(residue * Residues.Width)
                .Take(Residues.Width).Append(Crowding(chain, residue) / 20f))],
            Edges = Array.ConvertAll(near, node => known[node]), EdgeFeatures = new(ofEdges.Length, ofEdges),
            Label = [.. Enumerable.Range(0, chain.Length).Select(residue => !chain.HasPlaces(residue, residue) ? 0u
                : isInterface[residue] ? 2u : 1u)],
        };
    }

    /// <summary>How many residues are within 10 Å.</summary>
    internal static int Crowding(Chain chain, int residue) => Enumerable.Range(0, chain.Length).Count(other => other != residue
        && chain.HasPlaces(residue, other) && chain.Distance(residue, other) < Crowd);
}
