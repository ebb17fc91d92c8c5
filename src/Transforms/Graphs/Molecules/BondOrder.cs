namespace MLSeqGraph.Transforms;

/// <summary>The order of a bond.</summary>
public enum BondOrder
{
    /// <summary>One pair of electrons; also the bonds / and \, whose direction gives a double bond's configuration.</summary>
    Single,
    /// <summary>Two pairs.</summary>
    Double,
    /// <summary>Three pairs.</summary>
    Triple,
    /// <summary>Four pairs.</summary>
    Quadruple,
    /// <summary>Part of an aromatic ring.</summary>
    Aromatic,
}

/// <summary>What orders of bonds count.</summary>
public static class BondOrders
{
    /// <summary>Pairs of electrons, 1 to 4; 1 for an aromatic bond, whose second is the ring's.</summary>
    public static int Pairs(this BondOrder order) => order switch
    {
        BondOrder.Double => 2, BondOrder.Triple => 3, BondOrder.Quadruple => 4, _ => 1,
    };
}
