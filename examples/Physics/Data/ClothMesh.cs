namespace Physics.Data;

/// <summary>A square mesh.</summary>
/// <param name="Side">Vertices of a side.</param>
/// <param name="Edges">[2, edges], sources then targets.</param>
/// <param name="Rest">Vertices at rest, [vertices, 2].</param>
/// <param name="IsHeld">Which vertices stay where they are.</param>
/// <param name="WorldRadius">The distance within which vertices that no edge links act on each other.</param>
internal sealed record ClothMesh(int Side, int[] Edges, double[] Rest, bool[] IsHeld, double WorldRadius)
{
    /// <summary>1 for what is held: the number that a network reads.</summary>
    internal float[] Properties => [.. IsHeld.Select(held => held ? 1f : 0f)];
}
