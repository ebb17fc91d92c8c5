namespace Proteins.Data;

/// <summary>Residues as numbers.</summary>
internal static class Residues
{
    /// <summary>The 20 standard residues.</summary>
    internal const string Letters = "ACDEFGHIKLMNPQRSTVWY";

    // Steric parameter, polarizability, volume, hydrophobicity, isoelectric point, shares in helices and in strands (Meiler et al. 2001).
    private static readonly float[][] Properties =
    [
        [1.28f, 0.05f, 1.00f, 0.31f, 6.11f, 0.42f, 0.23f], [1.77f, 0.13f, 2.43f, 1.54f, 6.35f, 0.17f, 0.41f],
        [1.60f, 0.11f, 2.78f, -0.77f, 2.95f, 0.25f, 0.20f], [1.56f, 0.15f, 3.78f, -0.64f, 3.09f, 0.42f, 0.21f],
        [2.94f, 0.29f, 5.89f, 1.79f, 5.67f, 0.30f, 0.38f], [0.00f, 0.00f, 0.00f, 0.00f, 6.07f, 0.13f, 0.15f],
        [2.99f, 0.23f, 4.66f, 0.13f, 7.69f, 0.27f, 0.30f], [4.19f, 0.19f, 4.00f, 1.80f, 6.04f, 0.30f, 0.45f],
        [1.89f, 0.22f, 4.77f, -0.99f, 9.99f, 0.32f, 0.27f], [2.59f, 0.19f, 4.00f, 1.70f, 6.04f, 0.39f, 0.31f],
        [2.35f, 0.22f, 4.43f, 1.23f, 5.71f, 0.38f, 0.32f], [1.60f, 0.13f, 2.95f, -0.60f, 6.52f, 0.21f, 0.22f],
        [2.67f, 0.00f, 2.72f, 0.72f, 6.80f, 0.13f, 0.34f], [1.56f, 0.18f, 3.95f, -0.22f, 5.65f, 0.36f, 0.25f],
        [2.34f, 0.29f, 6.13f, -1.01f, 10.74f, 0.36f, 0.25f], [1.31f, 0.06f, 1.60f, -0.04f, 5.70f, 0.20f, 0.28f],
        [3.03f, 0.11f, 2.60f, 0.26f, 5.60f, 0.21f, 0.36f], [3.67f, 0.14f, 3.00f, 1.22f, 6.02f, 0.27f, 0.49f],
        [3.21f, 0.41f, 8.08f, 2.25f, 5.94f, 0.32f, 0.42f], [2.94f, 0.30f, 6.47f, 0.96f, 5.66f, 0.25f, 0.41f],
    ];

    // The ends of a chain are told this many residues far.
    private const float NearEnd = 15;

    /// <summary>How hydrophobic a residue is; 0 for an unknown one.</summary>
    internal static float Hydrophobicity(char residue) => Letters.IndexOf(residue) is >= 0 and var letter ? Properties[letter][3] : 0;

    /// <summary>Numbers of a residue: which it is, its properties, and how near the ends of the chain are.</summary>
    internal static int Width => Letters.Length + Properties[0].Length + 2;

    /// <summary>[residues × numbers]; an unknown residue has zeros, and its properties are the mean ones.</summary>
    internal static float[] Of(string sequence)
    {
        var numbers = new float[sequence.Length * Width];
        for (var i = 0; i < sequence.Length; i++)
        {
            var row = numbers.AsSpan(i * Width, Width);
            var letter = Letters.IndexOf(sequence[i]);
            if (letter >= 0)
                row[letter] = 1;
            for (var property = 0; property < Properties[0].Length; property++)
                row[Letters.Length + property] = letter >= 0 ? Properties[letter][property] : Properties.Average(of => of[property]);
            row[^2] = MathF.Min(1, i / NearEnd);
            row[^1] = MathF.Min(1, (sequence.Length - 1 - i) / NearEnd);
        }
        return numbers;
    }
}
