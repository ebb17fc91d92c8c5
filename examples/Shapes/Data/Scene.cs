namespace Shapes.Data;

/// <summary>An object of a scene: what it is, and its box, whose y grows downward.</summary>
internal sealed record BoxedObject(string Kind, float Left, float Top, float Width, float Height)
{
    internal float Right => Left + Width;

    internal float Bottom => Top + Height;

    internal float X => Left + Width / 2;

    internal float Y => Top + Height / 2;

    internal float Common(BoxedObject other) => Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left))
        * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));

    internal bool IsInside(BoxedObject other) => Left >= other.Left && Right <= other.Right && Top >= other.Top && Bottom <= other.Bottom;

    internal float Distance(BoxedObject other) => MathF.Sqrt((X - other.X) * (X - other.X) + (Y - other.Y) * (Y - other.Y));
}

/// <summary>
/// Generated scenes of five to eight objects in a square of side 1, and what each is to each other one, the first of these that holds:
/// inside it; holding it (a person the cups and balls within 0.3, but only if no other person is nearer); overlapping it; left of it or
/// above it (side by side for at least half of the smaller one, with no third object between them); none of these.
/// </summary>
internal static class Scene
{
    internal const int Holds = 2;
    internal const float Reach = 0.3f;

    internal static readonly string[] Kinds = ["person", "table", "box", "cup", "ball", "lamp"],
        Relations = ["none", "inside", "holds", "overlaps", "left of", "above"];

    private static readonly (float Width, float Height)[] Sizes = [(0.13f, 0.3f), (0.34f, 0.16f), (0.24f, 0.22f), (0.06f, 0.07f),
        (0.08f, 0.08f), (0.09f, 0.2f)];

    internal static BoxedObject[] Generate(Random random) => [.. Enumerable.Range(0, 5 + random.Next(4)).Select(_ =>
    {
        // People and what they may hold come more often.
        var kind = random.Next(3) switch { 0 => 0, 1 => 3 + random.Next(2), _ => random.Next(Kinds.Length) };
        float Size(float usual) => usual * (0.8f + 0.4f * random.NextSingle());
        var (width, height) = (Size(Sizes[kind].Width), Size(Sizes[kind].Height));
        return new BoxedObject(Kinds[kind], random.NextSingle() * (1 - width), random.NextSingle() * (1 - height), width, height);
    })];

    /// <summary>What the first object is to the second one: the number of one of <see cref="Relations"/>.</summary>
    internal static int Relation(BoxedObject[] all, int one, int other)
    {
        var (first, second) = (all[one], all[other]);
        if (first.IsInside(second))
            return 1;
        if (MayHold(first, second))
            return all.Where((_, i) => i != one && i != other).All(third => third.Kind != "person"
                || third.Distance(second) >= first.Distance(second)) ? Holds : first.Common(second) > 0 ? 3 : 0;
        if (first.Common(second) > 0)
            return second.IsInside(first) ? 0 : 3;
        var isBeside = Side(first.Top, first.Bottom, second.Top, second.Bottom);
        if (first.Right <= second.Left && isBeside)
            return IsFree(first.Right, second.Left, Math.Max(first.Top, second.Top), Math.Min(first.Bottom, second.Bottom)) ? 4 : 0;
        if (first.Bottom <= second.Top && Side(first.Left, first.Right, second.Left, second.Right))
            return IsFree(Math.Max(first.Left, second.Left), Math.Min(first.Right, second.Right), first.Bottom, second.Top) ? 5 : 0;
        return 0;

        bool IsFree(float left, float right, float top, float bottom)
        {
            var between = new BoxedObject("", left, top, right - left, bottom - top);
            return all.Where((_, i) => i != one && i != other).All(third => third.Common(between) == 0);
        }

        static bool Side(float from, float to, float otherFrom, float otherTo) =>
            Math.Min(to, otherTo) - Math.Max(from, otherFrom) >= 0.5f * Math.Min(to - from, otherTo - otherFrom);
    }

    /// <summary>Whether it is a person and something to hold that is near enough: whether another person is nearer isn't asked.</summary>
    internal static bool MayHold(BoxedObject first, BoxedObject second) => first.Kind == "person" && (second.Kind is "cup" or "ball")
        && first.Distance(second) < Reach;
}
