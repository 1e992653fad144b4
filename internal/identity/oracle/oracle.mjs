// Reads one JSON array [scheme, value] a line and answers a line for each: "1" valid, "0" invalid, "0 REASON" where the
// library gives one that the Go test tells apart, "? scheme" for a scheme it does not know.
import { createInterface } from "node:readline";
import { stdnum as s } from "stdnum";
import * as ibantools from "ibantools";

const modules = {
  es_cif: s.ES.cif, es_dni: s.ES.dni, es_nie: s.ES.nie, es_nif: s.ES.nif,
  pt_nif: s.PT.nif, de_steuernummer: s.DE.stnr, de_vat: s.DE.vat,
  fr_siren: s.FR.siren, fr_siret: s.FR.siret, it_iva: s.IT.iva,
  nl_rsin: s.NL.bsn, // the RSIN is checked by the same eleven test
  gb_utr: s.GB.utr, us_ein: s.US.ein, cl_rut: s.CL.rut, mx_rfc: s.MX.rfc, co_nit: s.CO.nit, pe_ruc: s.PE.ruc, ar_cuit: s.AR.cuit,
  mx_curp: s.MX.curp, pe_dni: s.PE.cui, pe_ce: s.PE.ce, ar_dni: s.AR.dni, ar_cuil: s.AR.cuit,
  vat_at: s.AT.uid, vat_be: s.BE.vat, vat_bg: s.BG.vat, vat_cy: s.CY.vat, vat_cz: s.CZ.dic, vat_de: s.DE.vat, vat_dk: s.DK.cvr,
  vat_ee: s.EE.kmkr, vat_el: s.GR.vat, vat_es: s.ES.nif, vat_fi: s.FI.alv, vat_fr: s.FR.tva, vat_hr: s.HR.oib, vat_hu: s.HU.anum,
  vat_ie: s.IE.vat, vat_it: s.IT.iva, vat_lt: s.LT.pvm, vat_lu: s.LU.tva, vat_lv: s.LV.pvn, vat_mt: s.MT.vat, vat_nl: s.NL.btw,
  vat_pl: s.PL.nip, vat_pt: s.PT.nif, vat_ro: s.RO.cui, vat_se: s.SE.vat, vat_si: s.SI.ddv, vat_sk: s.SK.dph,
  vat_gb: s.GB.vat, vat_xi: s.GB.vat, vat_ch: s.CH.vat, vat_no: s.NO.mva,
};

const verdict = (valid) => (valid ? "1" : "0");
const checks = {
  it_cf: (v) => verdict(s.IT.codicefiscale.validate(v).isValid || (/^\d{11}$/.test(v) && luhn(v))),
  iban: (v) => {
    const { valid, errorCodes } = ibantools.validateIBAN(v);
    const national = ibantools.ValidationErrorsIBAN.WrongAccountBankBranchChecksum;
    return !valid && errorCodes.every((code) => code === national) ? "0 national" : verdict(valid);
  },
  bic: (v) => verdict(ibantools.isValidBIC(v)),
};
const luhn = (v) => s.FR.siret.validate(v.padStart(14, "0")).isValid; // the Luhn test of stdnum that takes leading zeros

const lines = [];
for await (const line of createInterface({ input: process.stdin })) {
  const [scheme, value] = JSON.parse(line);
  if (checks[scheme]) lines.push(checks[scheme](value));
  else if (modules[scheme]) lines.push(verdict(modules[scheme].validate(value).isValid));
  else lines.push("? " + scheme);
  if (lines.length === 10000) process.stdout.write(lines.splice(0).join("\n") + "\n");
}
if (lines.length) process.stdout.write(lines.join("\n") + "\n");
